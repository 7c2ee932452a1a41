# English words of the maps. One catalogue serves the server and the browser.
# Every catalogue beside this one has the same ids and the same variables (tests/publish/test_language.py).
# Words follow IMAS 04.10. A status is never said to be free of danger: we say what was done, and when.

## The page
language-name = English
map-title = Clearance status of roads
exercise-banner = EXERCISE: shows no real hazard
nothing-known = Where nothing is recorded, nothing is known. A place with no mark on this map may hold explosive ordnance.
not-loaded = The map has not been drawn. An empty picture says nothing about the ground.
browser-too-old = This browser is too old to draw the map. Open the file in a newer one.
data-as-of = Status on { $time }
data-known-at = from what was recorded until { $time }
policy-label = Policy { $digest }
policy-full = Full digest of the policy: { $digest }
policy-explain = The distances, depths and review periods behind this map. Two maps with the same digest used the same figures.
attribution-title = Sources
map-label = Map of the roads. To read a place from the keyboard, use the list of the worst places.
switch-language = العربية
skip-to-list = Go to the list of the worst places
zoom-in = Zoom in
zoom-out = Zoom out

## The legend
legend-title = Legend
legend-line = Line
legend-status = Status
legend-km = km
legend-total = All roads
legend-hazards-first = Hazards are drawn on top and are never left out at any zoom.
layers-title = Show on the map
layers-roads-always = The lines of the roads cannot be switched off.
layer-finds = Finds, accidents and reports ({ $count })
layer-areas = Hazardous areas ({ $count })
layer-strikes = Strikes ({ $count })
layer-closures = Closures in force ({ $count })
layer-releases = Surveyed and cleared ground ({ $count })
layer-places = Places ({ $count })
layer-circle-note = A circle shows footprint and position error together.
layer-dotted-note = Dotted outline: counts for nothing now (not accepted, without a date or depth, or past its review date).

## The status ladder, worst first
status-closed = Closed
status-confirmed-hazard = Confirmed hazard
status-suspected-hazard = Suspected hazard
status-not-surveyed = Not surveyed
status-survey-expired = Survey expired
status-surveyed = Surveyed
status-reduced = Reduced
status-cleared = Cleared
status-closed-meaning = A closure order is in force.
status-confirmed-hazard-meaning = Direct evidence of explosive ordnance, not released.
status-suspected-hazard-meaning = Indirect evidence of explosive ordnance, not released.
status-not-surveyed-meaning = Nothing valid is known.
status-survey-expired-meaning = Was released; the release is past its review date.
status-surveyed-meaning = Non-technical survey found no evidence on its date.
status-reduced-meaning = Released by technical survey.
status-cleared-meaning = Released by clearance to a stated depth and width.

## One piece of road
panel-title = This place
panel-close = Close
panel-next = Next road piece here ({ $number } of { $count })
panel-nothing = There is no road line here. Where nothing is recorded, nothing is known.
piece-unnamed = Road without a name
piece-road = Road { $id }
piece-range = Metres { $range } from the start of the road
piece-conflict = Conflict: a valid release and a live hazard both apply here. The hazard counts.
piece-under-way = Clearance is under way here.
piece-hazard-beside = A hazard beside the road has not been released: { $metres } m from the centre line.
piece-position = Clicked at { $position } (latitude, longitude)
piece-middle = Middle of the piece: { $position } (latitude, longitude)
reasons-title = Why
reasons-none = Nothing is recorded that counts here.
evidence-here = Recorded at this spot

## Reasons: what the rule did with one item of evidence. { $what } is its kind and category.
reason-closure-in-force = A closure order is in force.
reason-hazard-applies = The hazard applies here.
reason-hazard-applies-after-removal = The item was removed or destroyed ({ $disposed }), but its ground has not been released. The hazard applies here.
reason-hazard-ended = Ended here by { $by }, completed { $date }.
reason-hazard-rejected = Set aside: rejected by a reviewer.
reason-closure-not-begun = The closure had not begun.
reason-closure-over = The closure is over.
reason-release-valid = The release counts here.
reason-release-expired = The release no longer counts: it was due for review on { $due }.
reason-release-not-accepted = Set aside: no reviewer has accepted it yet.
reason-release-rejected = Set aside: rejected by a reviewer.
reason-release-without-date = Set aside: the day on which it was completed or recorded is unknown.
reason-release-without-depth = Set aside: its depth is unknown.
reason-reach = It reaches { $total } m from the recorded place to the centre line: footprint { $footprint } m, position error { $error } m, half-width of the road { $half } m.
reason-margin = Its edge had to be at least { $margin } m away: position error { $error } m, half-width of the road { $half } m.
reason-depth = Depth { $depth } m.
reason-due = Due for review on { $due }.
reason-closure-time = From { $start } to { $end }.
reason-open-start = an unknown time
reason-open-end = further notice
evidence-named = { $what }, { $id }
evidence-team = Team { $team }
evidence-observed = Observed { $date }, { $age }.
evidence-completed = Completed { $date }, { $age }.
evidence-observed-unknown = Date of observation unknown.
evidence-completed-unknown = Date of completion unknown.
evidence-recorded = Recorded { $date }.
evidence-error-assumed = Position error not recorded: the policy's figure for the method ({ $method }).
days-before = { $days ->
    [0] on the day of this map
    [one] { $days } day before this map
   *[other] { $days } days before this map
  }

## The list of the worst places
worst-title = The worst { $count ->
    [one] place
   *[other] { $count } places
  } of this map, as a list
worst-none = No road piece is closed or in a hazard. Where nothing is recorded, nothing is known.
worst-status = Status
worst-road = Road
worst-range = From to, m
worst-why = Why
worst-more = Further reasons: { $count }
worst-show = Show
worst-show-label = Show on the map: { $road }, metres { $range }

## Kinds of evidence
kind-find = Find
kind-accident = Accident
kind-hazard-area = Hazardous area
kind-hazard-area-direct = Confirmed hazardous area
kind-hazard-area-indirect = Suspected hazardous area
kind-strike = Strike
kind-report = Verbal report
kind-closure = Closure order
kind-survey = Non-technical survey
kind-technical-survey = Technical survey
kind-clearance = Clearance

## Categories of ordnance
category-ap-mine = anti-personnel mine
category-av-mine = anti-vehicle mine
category-submunition = submunition
category-projectile = projectile
category-mortar = mortar bomb
category-rocket = rocket
category-missile = missile
category-grenade = grenade
category-aircraft-bomb = aircraft bomb
category-barrel-bomb = barrel bomb
category-axo-cache = abandoned ordnance cache
category-ied = improvised explosive device
category-booby-trap = booby trap
category-fuze = fuze
category-saa = small-arms ammunition
category-unknown = unknown ordnance
category-not-eo = not explosive ordnance

## How a position was fixed
method-gps-averaged = averaged GPS
method-gps = single GPS reading
method-network = phone network
method-bearing-distance = bearing and distance
method-map = pointed at on a map
method-typed = typed by hand
method-exif = from a photo
method-unknown = unknown

## Sign-in, phones of the teams (people-)
people-sign-in-title = Sign in
people-name = Name
people-password = Password
people-sign-in = Sign in
people-wrong = The name or the password is wrong.
people-wait = Too many attempts. Wait { $minutes ->
    [one] { $minutes } minute
   *[other] { $minutes } minutes
  }, then try again. An administrator can set a new password at once.
people-lost = If you have lost your password, ask an administrator. A team's phone needs no password: ask an officer for a code.
people-signed-in-title = You are signed in
people-signed-in-as = Role: { $role }. Team: { $team }.
people-open-map = Open the map
people-open-devices = Phones of the teams
people-sign-out = Sign out
people-role-team = clearance team
people-role-officer = information officer
people-role-reviewer = reviewer
people-role-planner = planner
people-role-partner = partner
people-role-public = public
people-role-admin = administrator
people-devices-title = Phones of the teams
people-team-code = Code of the team, for example EOD-3
people-make-code = Show a code for a new phone
people-code-how = Scan this with the phone, or type the code in its app. It works once, until { $time }.
people-code-bad = This is no code of a team. Use letters, digits, - and _, at most 32. Never a person's name.
people-no-devices = No phone has been added yet.
people-device-team = Team { $team }
people-device-seen = Last heard of { $time }
people-device-never = Never heard of since it was added
people-device-revoked = Cut off on { $time }
people-device-skew = Its clock is { $seconds } seconds off.
people-revoke = Cut this phone off: { $label }
people-back = Back
people-trust-title = Let this phone trust the centre
people-trust-why = Without this step the phone warns at each visit and gives the app no position and no storage. It is done once.
people-trust-file = Download the certificate
people-trust-get = Download the certificate with the link above.
people-trust-open = Android: Settings, Security, Encryption and credentials, Install a certificate, CA certificate, and choose the file. iPhone: Settings, Profile downloaded, Install; then General, About, Certificate Trust Settings, and switch it on.
people-trust-compare = Before you confirm, compare the fingerprint with the one that the information officer shows. If they differ, stop and tell the officer.
people-trust-restart = Close the browser and open it again. There is no warning any more.
people-trust-fingerprint = Fingerprint (SHA-256):

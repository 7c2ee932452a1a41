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

## The desk
desk-title = Review desk
desk-exercise = EXERCISE: no real hazard is shown
desk-starting = The desk has not been loaded yet.
desk-queue = What waits
desk-queue-empty = Nothing waits.
desk-queue-more = { $shown } of { $count } are shown; decide about these, then the next ones come.
desk-reload = Ask again
desk-help = Keys
desk-map = Map of the roads around the record. The list of roads beside the record says the same.
desk-worry-conflict = Changed in two places at once ({ $count })
desk-worry-hazard-on-road = Hazards that change roads ({ $count })
desk-worry-release-waiting = Releases that wait for a second signature ({ $count })
desk-worry-hazard-elsewhere = Other hazards ({ $count })
desk-choose = Choose a record from the list: keys j and k, or click.
desk-loading = Loading { $id }.
desk-fields = What it says
desk-field-kind = Kind
desk-field-category = Category
desk-field-evidence-class = Evidence
desk-field-position-method = Position by
desk-field-position-error-m = Position error
desk-field-observed-at = Observed
desk-field-recorded-at = Recorded
desk-field-disposed-at = Item removed
desk-field-starts-at = Begins
desk-field-ends-at = Ends
desk-field-depth-m = Depth
desk-field-width-m = Width
desk-field-releases-hazards = Releases the hazards
desk-field-review = Review
desk-field-reviewed-at = Reviewed
desk-field-team = Team
desk-field-geometry = Place
desk-unknown = unknown
desk-metres = { $metres } m
desk-class-direct = direct (confirmed)
desk-class-indirect = indirect (suspected)
desk-review-unreviewed = not reviewed
desk-review-accepted = accepted
desk-review-rejected = rejected
desk-conflict = Changed in two places at once: { $fields }. The more dangerous reading counts until somebody corrects it.
desk-legend = Roads around the record
desk-roads = What it does to the roads
desk-roads-none = It decides the status of no road here.
desk-roads-line = { $status }, { $metres } m: { $effect }
desk-effect-closure-in-force = the closure is in force
desk-effect-hazard-applies = the hazard applies
desk-effect-hazard-applies-after-removal = the item is gone, its ground is not released
desk-effect-hazard-ended = a release ended the hazard
desk-effect-hazard-rejected = set aside, it was rejected
desk-effect-closure-not-begun = the closure has not begun
desk-effect-closure-over = the closure is over
desk-effect-release-valid = the release counts
desk-effect-release-expired = the release is past its review date
desk-effect-release-not-accepted = set aside until a reviewer accepts it
desk-effect-release-rejected = set aside, it was rejected
desk-effect-release-without-date = set aside, it has no date
desk-effect-release-without-depth = set aside, its depth is unknown
desk-photos = Photos
desk-photo = Photo { $number } of { $count }, opens large
desk-history = History
desk-history-none = Imported from a file; nobody has changed it since.
desk-event-evidence-recorded = Recorded by team { $team }
desk-event-evidence-corrected = Corrected by team { $team }: { $fields }
desk-event-item-disposed = Item removed, says team { $team }
desk-event-layer-imported = Imported by team { $team }
desk-event-accepted = Accepted by team { $team }
desk-event-rejected = Rejected by team { $team }
desk-event-unreviewed = Opened again by team { $team }
desk-event-reason = Reason: { $reason }
desk-event-without-effect = Without effect: this team recorded the record itself.
desk-near = Records nearby that may be the same item
desk-near-none = None within both position errors, of the same category and time.
desk-near-line = { $what }, { $id }: { $distance } m away, both errors { $errors } m
desk-near-show = Show { $id }
desk-near-duplicate = Mark as duplicate of { $id }
desk-decide = Decide
desk-sign-as = A decision carries the signature of team { $team }.
desk-accept = Accept
desk-reject = Reject
desk-reopen = Open again
desk-correct = Correct
desk-duplicate = Duplicate
desk-not-no-team = You belong to no team, so you cannot sign.
desk-not-own-record = Your team recorded or corrected this record. Another team must review it.
desk-not-already = It is so already.
desk-not-not-decided = Nobody has decided about it yet.
desk-not-text-in-doubt = It was changed in two places at once. Correct it first; until then no signature counts.
desk-not-stands-for-others = A record nearby is set aside as a duplicate of this one. Open that one again first, or nothing is left of the item.
desk-ask-accept = Accept { $id }?
desk-ask-reject = Reject { $id }?
desk-ask-reopen = Open { $id } again?
desk-ask-correct = Correct { $id }
desk-ask-duplicate = Set { $id } aside as a duplicate of { $other }?
desk-would = What this does to the roads
desk-would-wait = Computing.
desk-would-none = No road changes its status.
desk-would-line = { $length } of road go from { $before } to { $after }.
desk-kilometres = { $km } km
desk-reason = Reason
desk-reason-optional = Reason (may be left empty)
desk-reason-needed = Give a reason.
desk-reason-note = It stands in the log. Name no person.
desk-confirm = Sign and save
desk-cancel = Cancel
desk-correct-note = Only what you change is written. Nobody has signed the new text: its review begins anew, and your team cannot sign it.
desk-correct-metres = { $field }, in metres
desk-correct-time = { $field } (UTC, as in { $example })
desk-correct-nothing = Nothing was changed.
desk-correct-preview = Show what this does
desk-done-accept = { $id } is accepted. To undo, open it again.
desk-done-reject = { $id } is rejected. To undo, open it again.
desk-done-reopen = { $id } waits for a decision again.
desk-done-duplicate = { $id } is set aside as a duplicate. To undo, open it again.
desk-done-correct = { $id } is corrected.
desk-done-already = { $id }: somebody decided so already; nothing was written.
desk-changed-since = The record changed after you looked at it. It has been loaded again: look, then decide.
desk-failed = This could not be done: { $why }
desk-no-answer = The service gave no answer. Nothing was decided.
desk-keys-title = Keys
desk-keys-next = next record, the one before
desk-keys-deeds = accept, reject, correct, open again
desk-keys-close = close what is open
desk-keys-help = this list
desk-keys-on = Keys without Ctrl or Alt work
desk-close = Close

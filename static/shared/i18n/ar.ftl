# الكلمات العربية للخرائط. مصطلحات الأعمال المتعلقة بالألغام على ما جرت عليه الترجمة العربية للمعايير الدولية.
# الأرقام لاتينية عمدًا، والتواريخ والإحداثيات معزولة الاتجاه.

## الصفحة
language-name = العربية
map-title = حالة تطهير الطرق
exercise-banner = تمرين: لا تُظهر هذه الخريطة أي خطر حقيقي
nothing-known = حيث لم يُسجَّل شيء لا يُعرف شيء. قد تكون في أي مكان بلا علامة على هذه الخريطة ذخائر متفجرة.
not-loaded = لم تُرسم الخريطة. الصورة الفارغة لا تقول شيئًا عن الأرض.
browser-too-old = هذا المتصفح قديم ولا يستطيع رسم الخريطة. افتح الملف في متصفح أحدث.
data-as-of = الحالة في { $time }
data-known-at = بحسب ما سُجِّل حتى { $time }
policy-label = السياسة { $digest }
policy-full = البصمة الكاملة للسياسة: { $digest }
policy-explain = المسافات والأعماق ومُهَل المراجعة التي بُنيت عليها هذه الخريطة. كل خريطتين لهما البصمة نفسها استُعملت فيهما الأرقام نفسها.
attribution-title = المصادر
map-label = خريطة الطرق. لقراءة موقع بلوحة المفاتيح استعمل قائمة أسوأ المواقع.
switch-language = English
skip-to-list = إلى قائمة أسوأ المواقع
zoom-in = تكبير
zoom-out = تصغير

## مفتاح الخريطة
legend-title = مفتاح الخريطة
legend-line = الخط
legend-status = الحالة
legend-km = كم
legend-total = كل الطرق
legend-hazards-first = تُرسم الأخطار فوق غيرها ولا يُحذف منها شيء في أي مقياس.
layers-title = ما يظهر على الخريطة
layers-roads-always = لا يمكن إخفاء خطوط الطرق.
layer-finds = المكتشفات والحوادث والبلاغات ({ $count })
layer-areas = المناطق الخطرة ({ $count })
layer-strikes = مواقع القصف ({ $count })
layer-closures = الإغلاقات السارية ({ $count })
layer-releases = الأراضي الممسوحة والمطهَّرة ({ $count })
layer-places = الأماكن ({ $count })
layer-circle-note = تُظهر الدائرة نطاق الأثر وخطأ الموقع معًا.
layer-dotted-note = الحدّ المنقّط: لا يُحتسب الآن (لم يُقبل، أو بلا تاريخ أو عمق، أو مضى موعد مراجعته).

## سلّم الحالات من الأسوأ
status-closed = مغلق
status-confirmed-hazard = خطر مؤكد
status-suspected-hazard = خطر مشتبه به
status-not-surveyed = لم يُمسح
status-survey-expired = مسح انتهت مدته
status-surveyed = مُسح
status-reduced = مُخفَّض
status-cleared = مُطهَّر
status-closed-meaning = أمر إغلاق ساري المفعول.
status-confirmed-hazard-meaning = دليل مباشر على وجود ذخائر متفجرة، ولم يُفرَج عن الأرض.
status-suspected-hazard-meaning = دليل غير مباشر على وجود ذخائر متفجرة، ولم يُفرَج عن الأرض.
status-not-surveyed-meaning = لا يُعرف عنه شيء يُعتدّ به.
status-survey-expired-meaning = أُفرِج عنه سابقًا، وقد مضى موعد مراجعة الإفراج.
status-surveyed-meaning = لم يجد المسح غير التقني دليلًا في تاريخه.
status-reduced-meaning = أُفرِج عنه بمسح تقني.
status-cleared-meaning = أُفرِج عنه بالتطهير إلى عمق وعرض محددين.

## مقطع واحد من طريق
panel-title = هذا الموقع
panel-close = إغلاق
panel-next = مقطع الطريق التالي هنا ({ $number } من { $count })
panel-nothing = لا يوجد خط طريق هنا. حيث لم يُسجَّل شيء لا يُعرف شيء.
piece-unnamed = طريق بلا اسم
piece-road = الطريق { $id }
piece-range = الأمتار { $range } من بداية الطريق
piece-conflict = تعارض: ينطبق هنا إفراج ساري المفعول وخطر قائم معًا. العبرة بالخطر.
piece-under-way = يجري التطهير هنا.
piece-hazard-beside = بجانب الطريق خطر لم يُفرَج عنه: على بُعد { $metres } م من محور الطريق.
piece-position = موضع النقر { $position } (خط العرض، خط الطول)
piece-middle = منتصف المقطع: { $position } (خط العرض، خط الطول)
reasons-title = السبب
reasons-none = لا يوجد هنا سجل يُعتدّ به.
evidence-here = ما سُجِّل في هذه النقطة

## الأسباب
reason-closure-in-force = أمر الإغلاق ساري المفعول.
reason-hazard-applies = الخطر قائم هنا.
reason-hazard-applies-after-removal = أُزيلت الذخيرة أو دُمِّرت ({ $disposed })، لكن لم يُفرَج عن أرضها. الخطر قائم هنا.
reason-hazard-ended = انتهى هنا بموجب { $by }، أُنجز في { $date }.
reason-hazard-rejected = مستبعَد: رفضه مراجِع.
reason-closure-not-begun = لم يكن الإغلاق قد بدأ.
reason-closure-over = انتهى الإغلاق.
reason-release-valid = الإفراج محتسَب هنا.
reason-release-expired = لم يعد الإفراج محتسَبًا: كان موعد مراجعته { $due }.
reason-release-not-accepted = مستبعَد: لم يقبله أي مراجِع بعد.
reason-release-rejected = مستبعَد: رفضه مراجِع.
reason-release-without-date = مستبعَد: يوم إنجازه أو تسجيله غير معروف.
reason-release-without-depth = مستبعَد: عمقه غير معروف.
reason-reach = يصل إلى { $total } م من الموقع المسجَّل حتى محور الطريق: نطاق الأثر { $footprint } م، خطأ الموقع { $error } م، نصف عرض الطريق { $half } م.
reason-margin = كان يجب أن يبعد حدّه { $margin } م على الأقل: خطأ الموقع { $error } م، نصف عرض الطريق { $half } م.
reason-depth = العمق { $depth } م.
reason-due = موعد مراجعته { $due }.
reason-closure-time = من { $start } إلى { $end }.
reason-open-start = وقت غير معروف
reason-open-end = إشعار آخر
evidence-named = { $what }، { $id }
evidence-team = الفريق { $team }
evidence-observed = رُصد في { $date }، { $age }.
evidence-completed = أُنجز في { $date }، { $age }.
evidence-observed-unknown = تاريخ الرصد غير معروف.
evidence-completed-unknown = تاريخ الإنجاز غير معروف.
evidence-recorded = سُجِّل في { $date }.
evidence-error-assumed = لم يُسجَّل خطأ الموقع: أُخذ رقم السياسة للطريقة ({ $method }).
days-before = { $days ->
    [0] في يوم هذه الخريطة
    [one] قبل يوم واحد من هذه الخريطة
    [two] قبل يومين من هذه الخريطة
    [few] قبل { $days } أيام من هذه الخريطة
    [many] قبل { $days } يومًا من هذه الخريطة
   *[other] قبل { $days } يوم من هذه الخريطة
  }

## قائمة أسوأ المواقع
worst-title = { $count ->
    [one] أسوأ موقع في هذه الخريطة
    [two] أسوأ موقعين في هذه الخريطة
    [few] أسوأ { $count } مواقع في هذه الخريطة
    [many] أسوأ { $count } موقعًا في هذه الخريطة
   *[other] أسوأ { $count } موقع في هذه الخريطة
  }، على شكل قائمة
worst-none = لا يوجد مقطع طريق مغلق أو في خطر. حيث لم يُسجَّل شيء لا يُعرف شيء.
worst-status = الحالة
worst-road = الطريق
worst-range = من إلى، م
worst-why = السبب
worst-more = أسباب أخرى: { $count }
worst-show = أظهِر
worst-show-label = أظهِر على الخريطة: { $road }، الأمتار { $range }

## أنواع الأدلة
kind-find = ذخيرة مكتشفة
kind-accident = حادث
kind-hazard-area = منطقة خطرة
kind-hazard-area-direct = منطقة خطرة مؤكدة
kind-hazard-area-indirect = منطقة يُشتبه بخطورتها
kind-strike = موقع قصف
kind-report = بلاغ شفهي
kind-closure = أمر إغلاق
kind-survey = مسح غير تقني
kind-technical-survey = مسح تقني
kind-clearance = تطهير

## فئات الذخائر
category-ap-mine = لغم مضاد للأفراد
category-av-mine = لغم مضاد للمركبات
category-submunition = ذخيرة فرعية (عنقودية)
category-projectile = مقذوف
category-mortar = قذيفة هاون
category-rocket = قذيفة صاروخية
category-missile = صاروخ موجَّه
category-grenade = قنبلة يدوية
category-aircraft-bomb = قنبلة طائرات
category-barrel-bomb = برميل متفجر
category-axo-cache = مخبأ ذخائر متروكة
category-ied = عبوة ناسفة مبتكرة
category-booby-trap = شرك خداعي
category-fuze = صمامة تفجير
category-saa = ذخيرة أسلحة صغيرة
category-unknown = ذخيرة غير معروفة
category-not-eo = ليست ذخيرة متفجرة

## طريقة تحديد الموقع
method-gps-averaged = متوسط قراءات GPS
method-gps = قراءة GPS واحدة
method-network = شبكة الهاتف
method-bearing-distance = اتجاه ومسافة
method-map = إشارة على خريطة
method-typed = إدخال يدوي
method-exif = من صورة
method-unknown = غير معروفة

## تطبيق الهاتف
field-title = سجلات الميدان
field-back = رجوع
field-hide = أخفِ
field-open = افتح
field-next = التالي
field-not-sure = لست متأكدًا
field-not-known = غير معروف
field-metres = { $metres } م
field-list-comma = {"، "}
field-no-offline = لا يستطيع هذا المتصفح حفظ التطبيق للعمل دون شبكة.
field-pin-new = اختر رقمًا سريًا
field-pin-why = يقفل السجلات على هذا الهاتف. لا أحد يستطيع استعادته لك: إن نسيته ضاع ما لم يُرسل.
field-pin-label = الرقم السري، { $count } خانات على الأقل
field-pin-again = الرقم السري مرة أخرى
field-pin-save = اقفل بهذا الرقم
field-pin-short = قصير جدًا: { $count } خانات على الأقل.
field-pin-differs = الرقمان غير متطابقين.
field-pin-open = مقفل
field-pin-yours = رقمك السري
field-pin-opening = جارٍ الفتح…
field-pin-wrong = الرقم السري خاطئ.
field-pin-wait = محاولات خاطئة كثيرة. انتظر { $seconds } ثانية.
field-enrol-title = أي فريق؟
field-enrol-why = اطلب رمزًا من مسؤول المعلومات. يربط الرمز هذا الهاتف بفريقك.
field-enrol-code = الرمز
field-enrol-label = اسم لهذا الهاتف، لا اسم شخص
field-enrol-send = سجّل هذا الهاتف
field-enrol-again = سجّل برمز جديد؛ تبقى السجلات
field-enrol-no-link = الخادم لا يجيب. حاول مجددًا حيث توجد شبكة.
field-enrol-refused = رفض الخادم: { $why }
field-home-title = ماذا ترى؟
field-home-begin = أرى شيئًا
field-home-unfinished = هناك سجل لم يكتمل. وهو محفوظ على هذا الهاتف.
field-home-go-on = أكمله
field-home-drop = احذفه
field-home-drop-sure = اضغط مرة أخرى لحذفه نهائيًا
field-home-nothing-known = حيث لا يوجد تسجيل، لا يُعرف شيء.
field-stop-title = توقف. ابقَ بعيدًا.
field-stop-no-nearer = لا تقترب.
field-stop-no-touch = لا تلمس شيئًا.
field-stop-way-back = ارجع من الطريق الذي أتيت منه.
field-stop-done = أنا أقف بعيدًا
field-what-title = كيف يبدو؟
field-what-hint = «لست متأكدًا» جواب جيد.
field-where-title = أين هو؟
field-where-other = طريقة أخرى لتحديد المكان
field-where-bearing = الاتجاه والمسافة
field-where-here = حيث أقف
field-where-map = على الخريطة
field-where-typed = إحداثيات
field-where-use = استخدم هذا المكان
field-where-here-hint = فقط إن كان حيث تقف أو حيث كنت من قبل. لا تمشِ إليه.
field-gps-looking = نبحث عن موقعك. اثبت مكانك تحت سماء مكشوفة.
field-gps-measuring = جارٍ القياس: ضمن { $metres } م. القراءات: { $count }. اثبت مكانك.
field-gps-settled = موقعك معروف ضمن { $metres } م. القراءات: { $count }.
field-gps-coarse = هذا تقريبي جدًا. الانتظار يفيد.
field-gps-stale = هذا الموقع قديم. يُحفظ مع خطأ غير معروف.
field-gps-no-accuracy = هذا الموقع بلا دقة وربما حُدد يدويًا أو ببرنامج. يُحفظ مع خطأ غير معروف.
field-gps-denied = لا يعطي الهاتف موقعك لهذا التطبيق. اسمح بذلك في إعدادات المتصفح، أو استخدم الخريطة أو الإحداثيات.
field-gps-unavailable = لا يجد الهاتف موقعًا الآن. استخدم الخريطة أو الإحداثيات.
field-gps-needed = يلزم موقعك أنت أولًا. انتظر، أو استخدم الخريطة أو الإحداثيات.
field-bearing-hint = وجّه أعلى الهاتف نحوه، أو اكتب قراءة البوصلة. ثم اضغط المسافة.
field-bearing-label = الاتجاه بالدرجات
field-bearing-none = لا اتجاه بعد: وجّه الهاتف أو اكتبه.
field-bearing-around = الاتجاه غير معروف: تُرسم الدائرة حولك.
field-bearing-only = الاتجاه { $degrees } من الشمال الحقيقي.
field-bearing-and-error = الاتجاه { $degrees } من الشمال الحقيقي؛ المكان معروف ضمن { $metres } م.
field-bearing-unknown = لا أعرف الاتجاه
field-north-label = قيس بواسطة
field-north-magnetic = بوصلة
field-north-true = خريطة (شمال حقيقي)
field-distance-title = كم يبعد؟
field-typed-label = الإحداثيات
field-typed-forms = مكتوبة بإحدى هذه الطرق:
field-typed-read = اقرأ
field-typed-unreadable = لا يمكن قراءة هذه الإحداثيات. انظر إلى الأمثلة.
field-typed-swapped = كما كُتب، المكان بعيد من هنا. ربما تبدّل خط العرض وخط الطول. أيهما الصحيح؟
field-typed-use = كما كُتب: { $place }
field-typed-use-swapped = معكوسًا: { $place }
field-map-label = خريطة. اضغط حيث هو.
field-map-hint = اضغط حيث هو. تُظهر الطرق حالتها.
field-map-empty = لا خريطة على هذا الهاتف بعد: نزّل واحدة من الإعدادات. لا يُرسم إلا موقعك.
field-sketch-here = دائرة تضم المكان؛ أنت في وسطها.
field-sketch-bearing = رسم: أنت، والاتجاه نحوه، والدائرة التي تضمه. الشمال إلى الأعلى.
field-state-title = ماذا ترى من مكانك؟
field-state-stay = فقط ما تراه من حيث تقف.
field-state-count = كم العدد؟
field-state-count-one = واحد
field-state-count-few = 2 إلى 5
field-state-count-many = أكثر
field-state-count-short = العدد
field-state-cover = هل هو مكشوف؟
field-state-cover-surface = مكشوف
field-state-cover-partly = مدفون جزئيًا
field-state-cover-buried = مدفون
field-state-cover-short = الوضع
field-state-damaged = هل هو متضرر؟
field-state-damaged-yes = نعم
field-state-damaged-no = لا
field-state-damaged-short = الضرر
field-state-marked = هل المكان معلَّم؟
field-state-marked-yes = نعم
field-state-marked-no = لا
field-state-marked-short = العلامات
field-photo-add = أضف صورة
field-photo-hint = قرّب بالكاميرا، لا تمشِ.
field-photo-yours = صورتك
field-photo-drop = أزل الصورة
field-photo-unreadable = لا يمكن قراءة هذه الصورة. يمكن حفظ السجل بدونها.
field-review-title = هل هذا صحيح؟
field-review-what = ماذا
field-review-where = الطريقة
field-review-place = المكان
field-review-error = ضمن
field-review-missing = شيء ناقص: ارجع.
field-review-save = احفظ
field-save-full = ذاكرة الهاتف ممتلئة. لم يُحفظ شيء بعد. أفسح مكانًا ثم اضغط «احفظ» مجددًا؛ ما أدخلته باقٍ هنا.
field-fault = حدث خلل. تحقق من وجود آخر ما أدخلته.
field-fault-full = ذاكرة الهاتف ممتلئة. آخر ما أدخلته لم يُحفظ. أفسح مكانًا.
field-saved-title = حُفظ على هذا الهاتف
field-saved-not-sent = لم يُرسل بعد. يُرسل تلقائيًا عندما تتوفر الشبكة.
field-saved-undo = تراجع
field-saved-undone = أُلغي. لم يُرسل شيء.
field-saved-too-late = فات أوان التراجع: أخبر مسؤول المعلومات.
field-saved-home = إلى البداية
field-count-none = لا سجلات على هذا الهاتف.
field-count-waiting = { $count } على هذا الهاتف، لم يُرسل
field-count-received = { $count } استلمه المكتب
field-count-accepted = { $count } مقبول
field-count-rejected = { $count } لم يقبله المكتب
field-count-refused = { $count } رفضه الخادم، محفوظ هنا
field-link-asking = نبحث عن المكتب…
field-link-idle = تم الوصول إلى المكتب.
field-link-sending = جارٍ الإرسال…
field-link-no-link = لا اتصال بالمكتب. يبقى كل شيء على هذا الهاتف.
field-link-server-busy = لا يستطيع المكتب الاستلام الآن. تُعاد المحاولة.
field-link-lying = جواب الخادم لا يطابق ما أُرسل. يبقى كل شيء على هذا الهاتف. أخبر المكتب.
field-link-device-revoked = أوقف المكتب هذا الهاتف. سجلاتك محفوظة هنا. اسأل مسؤول المعلومات.
field-link-not-signed-in = لا يعرف المكتب هذا الهاتف. سجلاتك محفوظة هنا. اسأل مسؤول المعلومات.
field-link-forbidden = لا يسمح المكتب لهذا الهاتف بالإرسال. سجلاتك محفوظة هنا. اسأل مسؤول المعلومات.
field-queue-title = سجلات هذا الهاتف
field-queue-open = اعرض السجلات
field-queue-now = حاول الإرسال الآن
field-queue-record = السجل { $number }
field-queue-waiting = على هذا الهاتف، لم يُرسل.
field-queue-sending = جارٍ الإرسال…
field-queue-received = استلمه المكتب. لم يُراجع بعد.
field-queue-accepted = قبله المكتب.
field-queue-rejected = لم يقبله المكتب.
field-queue-refused = رفضه الخادم. وهو محفوظ على هذا الهاتف: أرِه لمسؤول المعلومات.
field-queue-why = السبب:
field-queue-lost = أعطى المكتب إيصالًا ولم يعد لديه السجل. أخبر مسؤول المعلومات.
field-queue-received-at = الاستلام:
field-queue-saved-at = الحفظ:
field-queue-photo-sent = أُرسلت الصورة.
field-queue-photo-waits = لم تُرسل الصورة بعد.
field-note-title = على هذا الهاتف فقط، أخبر المكتب:
field-note-drop = المكتب يعرف هذا: أزله من هنا
field-queue-again = أعد إرساله
field-queue-empty-note = لا يغادر السجل هذا الهاتف إلا بعد أن يصل المكتب حرفًا بحرف.
field-export-file = احفظ ما لم يُرسل كملف مقفل
field-export-no-key = لم يعطِ المكتب هذا الهاتف مفتاحًا، فلا ملف مقفل لنقله.
field-settings-title = الإعدادات
field-settings-team = الفريق
field-settings-phone = الهاتف
field-settings-room = المساحة الحرة
field-settings-megabytes = { $count } م.ب
field-settings-lasting = يحفظ المتصفح السجلات حتى تُرسل.
field-settings-not-lasting = قد يحذف المتصفح السجلات عند امتلاء الهاتف. ثبّت التطبيق على الشاشة الرئيسية وأرسل قريبًا.
field-settings-wipe = أزل السجلات من هذا الهاتف بعد أن يستلمها المكتب
field-settings-wipe-note = عندها لا يجد من يأخذ هذا الهاتف شيئًا مما أُرسل.
field-pack-title = خريطة للعمل دون شبكة
field-pack-none = لا خريطة على هذا الهاتف.
field-pack-pcode = رمز التجمع السكاني
field-pack-get = نزّل الخريطة
field-pack-kept = محفوظة: { $name }، الحالة بتاريخ { $day }.

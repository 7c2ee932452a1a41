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

## مكتب المراجعة
desk-title = مكتب المراجعة
desk-exercise = تمرين: لا يُعرض أي خطر حقيقي
desk-starting = لم تُحمَّل صفحة المكتب بعد.
desk-queue = ما ينتظر
desk-queue-empty = لا شيء ينتظر.
desk-queue-more = يُعرض { $shown } من { $count }؛ قرِّر في هذه أولًا ثم تأتي التالية.
desk-reload = اسأل من جديد
desk-help = المفاتيح
desk-map = خريطة الطرق حول السجل. قائمة الطرق بجانب السجل تقول الشيء نفسه.
desk-worry-conflict = غُيِّرت في مكانين في آن واحد ({ $count })
desk-worry-hazard-on-road = أخطار تغيِّر حالة الطرق ({ $count })
desk-worry-release-waiting = إفراجات تنتظر توقيعًا ثانيًا ({ $count })
desk-worry-hazard-elsewhere = أخطار أخرى ({ $count })
desk-choose = اختر سجلًا من القائمة: المفتاحان j و k، أو انقر.
desk-loading = يُحمَّل { $id }.
desk-fields = ما يقوله السجل
desk-field-kind = النوع
desk-field-category = الفئة
desk-field-evidence-class = الدليل
desk-field-position-method = طريقة تحديد الموقع
desk-field-position-error-m = خطأ الموقع
desk-field-observed-at = رُصد في
desk-field-recorded-at = سُجِّل في
desk-field-disposed-at = أُزيلت الذخيرة في
desk-field-starts-at = يبدأ في
desk-field-ends-at = ينتهي في
desk-field-depth-m = العمق
desk-field-width-m = العرض
desk-field-releases-hazards = يُفرج عن الأخطار
desk-field-review = المراجعة
desk-field-reviewed-at = رُوجع في
desk-field-team = الفريق
desk-field-geometry = المكان
desk-unknown = غير معروف
desk-metres = { $metres } م
desk-class-direct = مباشر (مؤكد)
desk-class-indirect = غير مباشر (مشتبه به)
desk-review-unreviewed = لم يُراجَع
desk-review-accepted = مقبول
desk-review-rejected = مرفوض
desk-conflict = غُيِّر في مكانين في آن واحد: { $fields }. تُعتمد القراءة الأشد خطرًا حتى يصحِّحه أحد.
desk-legend = الطرق حول السجل
desk-roads = أثره في الطرق
desk-roads-none = لا يحدِّد حالة أي طريق هنا.
desk-roads-line = { $status }، { $metres } م: { $effect }
desk-effect-closure-in-force = الإغلاق سارٍ
desk-effect-hazard-applies = الخطر قائم
desk-effect-hazard-applies-after-removal = أُزيلت الذخيرة ولم يُفرج عن أرضها
desk-effect-hazard-ended = أنهى إفراجٌ هذا الخطر
desk-effect-hazard-rejected = مستبعَد لأنه رُفض
desk-effect-closure-not-begun = لم يبدأ الإغلاق
desk-effect-closure-over = انتهى الإغلاق
desk-effect-release-valid = الإفراج معتمد
desk-effect-release-expired = تجاوز الإفراج موعد مراجعته
desk-effect-release-not-accepted = مستبعَد حتى يقبله مراجِع
desk-effect-release-rejected = مستبعَد لأنه رُفض
desk-effect-release-without-date = مستبعَد لأنه بلا تاريخ
desk-effect-release-without-depth = مستبعَد لأن عمقه غير معروف
desk-photos = الصور
desk-photo = الصورة { $number } من { $count }، تُفتح مكبَّرة
desk-history = التاريخ
desk-history-none = استُورد من ملف ولم يغيِّره أحد بعد ذلك.
desk-event-evidence-recorded = سجَّله الفريق { $team }
desk-event-evidence-corrected = صحَّحه الفريق { $team }: { $fields }
desk-event-item-disposed = أُزيلت الذخيرة بحسب الفريق { $team }
desk-event-layer-imported = استورده الفريق { $team }
desk-event-accepted = قبله الفريق { $team }
desk-event-rejected = رفضه الفريق { $team }
desk-event-unreviewed = أعاد فتحه الفريق { $team }
desk-event-reason = السبب: { $reason }
desk-event-without-effect = بلا أثر: هذا الفريق سجَّل السجل بنفسه.
desk-near = سجلات قريبة قد تكون الشيء نفسه
desk-near-none = لا يوجد ضمن خطأي الموقع وبالفئة والفترة نفسيهما.
desk-near-line = { $what }، { $id }: على بعد { $distance } م، والخطآن معًا { $errors } م
desk-near-show = أظهِر { $id }
desk-near-duplicate = علِّمه مكرَّرًا عن { $id }
desk-decide = القرار
desk-sign-as = يحمل القرار توقيع الفريق { $team }.
desk-accept = اقبل
desk-reject = ارفض
desk-reopen = أعد الفتح
desk-correct = صحِّح
desk-duplicate = مكرَّر
desk-not-no-team = لا تنتمي إلى فريق، فلا يمكنك التوقيع.
desk-not-own-record = سجَّل فريقك هذا السجل أو صحَّحه. يجب أن يراجعه فريق آخر.
desk-not-already = هو كذلك بالفعل.
desk-not-not-decided = لم يقرِّر أحد فيه بعد.
desk-not-text-in-doubt = غُيِّر في مكانين في آن واحد. صحِّحه أولًا؛ فحتى ذلك الحين لا يُعتمد أي توقيع.
desk-not-stands-for-others = استُبعد سجل قريب بوصفه مكرَّرًا عن هذا السجل. أعد فتح ذاك أولًا، وإلا لم يبقَ شيء عن هذه الذخيرة.
desk-ask-accept = هل تقبل { $id }؟
desk-ask-reject = هل ترفض { $id }؟
desk-ask-reopen = هل تعيد فتح { $id }؟
desk-ask-correct = صحِّح { $id }
desk-ask-duplicate = هل تستبعد { $id } بوصفه مكرَّرًا عن { $other }؟
desk-would = أثر هذا في الطرق
desk-would-wait = جارٍ الحساب.
desk-would-none = لا تتغيَّر حالة أي طريق.
desk-would-line = ينتقل { $length } من الطرق من { $before } إلى { $after }.
desk-kilometres = { $km } كم
desk-reason = السبب
desk-reason-optional = السبب (يمكن تركه فارغًا)
desk-reason-needed = اذكر سببًا.
desk-reason-note = يبقى في السجل. لا تذكر اسم أي شخص.
desk-confirm = وقِّع واحفظ
desk-cancel = إلغاء
desk-correct-note = لا يُكتب إلا ما تغيِّره. لم يوقِّع أحد النص الجديد: تبدأ مراجعته من جديد ولا يستطيع فريقك توقيعه.
desk-correct-metres = { $field }، بالأمتار
desk-correct-time = { $field } (بتوقيت UTC، مثل { $example })
desk-correct-nothing = لم يتغيَّر شيء.
desk-correct-preview = أظهِر أثر هذا
desk-done-accept = قُبل { $id }. للتراجع أعد فتحه.
desk-done-reject = رُفض { $id }. للتراجع أعد فتحه.
desk-done-reopen = عاد { $id } ينتظر قرارًا.
desk-done-duplicate = استُبعد { $id } بوصفه مكرَّرًا. للتراجع أعد فتحه.
desk-done-correct = صُحِّح { $id }.
desk-done-already = { $id }: قرَّر أحدٌ ذلك من قبل؛ لم يُكتب شيء.
desk-changed-since = تغيَّر السجل بعد أن نظرت إليه. حُمِّل من جديد: انظر ثم قرِّر.
desk-failed = تعذَّر ذلك: { $why }
desk-no-answer = لم تُجب الخدمة. لم يُتخذ أي قرار.
desk-keys-title = المفاتيح
desk-keys-next = السجل التالي، السابق
desk-keys-deeds = اقبل، ارفض، صحِّح، أعد الفتح
desk-keys-close = أغلق ما هو مفتوح
desk-keys-help = هذه القائمة
desk-keys-on = تعمل المفاتيح من دون Ctrl أو Alt
desk-close = أغلق

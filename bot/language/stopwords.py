"""The commonest function words of each language.

One table serves two readers: search leaves these words out, and detection counts them, since they make up a third to
a half of any running text.  Words are as people write them; `language.stop_words` folds them.
"""

from __future__ import annotations

WORDS: dict[str, str] = {
    # Latin script
    "en": """a about above after again against all am an and any are as at be because been before being below
        between both but by can could did do does doing down during each few for from further had has have
        having he her here hers him his how i if in into is it its itself just me more most my no nor not now
        of off on once only or other our ours out over own same she should so some such than that the their
        theirs them then there these they this those through to too under until up upon us very was we were
        what when where which while who whom why will with would you your yours""",
    "de": """aber alle als also am an auch auf aus bei beim bin bis bist da damit dann das dass dein dem den
        denn der des dessen die dies diese diesem diesen dieser dieses doch dort du durch ein eine einem einen
        einer eines er es etwas euch für gegen hat hatte hatten haben hier hinter ich ihm ihn ihnen ihr ihre
        ihrem ihren ihrer im in ins ist ja jede jeder kann kein keine können man mehr mein mit muss nach nicht
        nichts noch nun nur ob oder ohne sehr sein seine seinem seinen seiner seit sich sie sind so soll
        sondern über um und uns unser unter vom von vor war waren warum was weil weiter wenn wer werden wie
        wieder will wir wird wo wurde wurden zu zum zur zwischen""",
    "fr": """à ai ainsi après au aucun aussi autre aux avait avant avec avoir car ce ceci cela celle celui ces
        cet cette ceux chez ci comme comment dans de depuis des deux doit donc dont du elle elles en encore
        entre est et été être eu eux fait font il ils je la le les leur leurs lors lui mais me même mes moi mon
        ne ni nos notre nous on ont ou où par pas pendant peu peut plus pour pourquoi qu quand que quel quelle
        qui sa sans se selon ses si son sont sous sur ta tandis te tous tout toute toutes très trop tu un une
        vers vos votre vous y était l d s c n j m""",
    "es": """a al algo algunos ante antes aunque cada como con contra cual cuando de del desde donde dos
        durante e el él ella ellas ellos en entre era eran es esa ese eso esta está están estas este esto estos
        fue fueron ha había han hasta hay la las le les lo los más me mi mientras mismo muy nada ni no nos
        nosotros nuestra nuestro o os otra otro otros para pero poco por porque pues que qué quien quienes se
        según ser si sí sido sin sobre son su sus también tan tanto te tiene todo todos tras tu un una unas uno
        unos usted y ya yo""",
    "pt": """a à ao aos as às até ainda com como contra cada da das de dela dele deles depois do dos e é ela
        elas ele eles em entre era essa esse esta está estão este eu foi foram há isso isto já lhe mais mas me
        mesmo meu minha muito na não nas nem no nos nós nossa nosso num numa o os ou para pela pelas pelo pelos
        por porque qual quando que quem são se seja sem ser será seu seus só sobre sua suas também tem têm ter
        um uma umas uns você vocês""",
    "it": """a ad agli ai al alla alle allo anche ancora avere aveva c che chi ci coi col come con contro cui
        da dagli dai dal dalla dalle degli dei del dell della delle dello di dopo dove e è ed era erano essere
        fa fino fra fu gli ha hanno ho i il in io l la le lei li lo loro lui ma me mentre mi mia mio molto ne
        negli nei nel nell nella nelle nello no noi non nostro o ogni oltre per perché però più poi prima quale
        quando quella quelle quello questa queste questi questo qui se sei si sia solo sono sta stata stato su
        sua sui sul sulla sulle suo suoi tra tutti tutto un una uno vi voi""",
    "nl": """aan al alle als bij daar dan dat de den der deze die dit door dus een en er ge geen had hadden
        haar heb hebben heeft hem het hier hij hoe hun iets ik in is ja je kan kon kunnen maar me meer men met
        mij mijn moet na naar niet niets nog nu of om omdat onder ons ook op over te tegen toch toen tot tussen
        u uit uw van veel voor waar was wat we wel werd werden wie wij wil word worden wordt zal ze zei zelf
        zich zij zijn zo zonder zou""",
    "sv": """alla allt att av blev bli blir de dem den denna deras dess det detta dig din där då efter ej eller
        en er ett från för genom ha hade han har henne hennes hon honom hur här i icke in inte jag kan kommer
        kunde man med mellan men mer mig min mot mycket ni nu när någon något några och om oss på samma sedan
        sig sin sina sitta själv ska skulle som så till under upp ut utan vad var vara vi vid vill är över
        också efter""",
    "no": """alle at av bare ble bli blir da de deg dem den denne der dere deres det dette din disse du eller
        en enn er et etter for fordi fra før gjennom ha hadde han hans har hun hva hvem hver hvis hvor hvordan
        i ikke ingen inn jeg kan kom kunne man med mellom men mer mot mye må ned noe noen nå når og også om opp
        oss over på sa seg selv si sin sitt skal skulle som så til ut uten var ved vi vil ville vært å""",
    "da": """af alle at blev blive bliver da de dem den denne der deres det dette dig din disse dog du efter
        eller en end er et for fordi fra før gennem ham han hans har havde hende hendes her hos hun hvad hvem
        hvis hvor hvordan i ikke ind ingen jeg jo kan kunne man mange med meget mellem men mere mig min mod ned
        noget nogle nu når og også om op os over på selv sig sin sine sit skal skulle som så til ud uden under
        var ved vi vil ville vor være været""",
    "fi": """ei eivät että hän hänen he heidän ja jo joka jonka jos jotka kanssa kuin kun kuten me mikä minä
        missä mitä mukaan mutta myös ne niin niiden noin nyt oli olisi olivat olla olleet ollut on ovat sekä se
        sen sillä sitä siitä tai tämä tämän tässä tätä vain vaan vielä voi yli jälkeen ennen kaikki""",
    "pl": """a aby ale bardzo bez był była było były być będzie będą ci co czy dla do gdy gdzie go i ich ile im
        inne innych jak jako je jednak jego jej jest jestem jeszcze już kiedy kto która które którego której
        który których którzy lub ma mają może można na nad nam nas nich nie niż o od oraz po pod ponieważ przed
        przez przy się są ta tak także tam te tego tej temu ten też to tych tylko tym u w we więc wszystko z za
        ze że""",
    "cs": """a aby ale až bez bude budou by byl byla bylo byli být či co další do i jak jako je jeho její
        jejich jen ještě jeho jsem jsme jsou k kde když která které který kteří ke ku má mají mezi může na nad
        ne nebo než ní o od ona oni pak po pod podle pokud pro proti protože před při s se si tak také tedy ten
        tento této to tom toho tu ty u v ve více však všechny vy z za ze že""",
    "sk": """a aby aj ako ale alebo ani bez bol bola boli bolo bude budú by byť či čo do ho i ich je jeho jej k
        kde keď ktorá ktoré ktorý ktorí ku má majú medzi môže na nad nie o od po pod podľa pre pred pri proti s
        sa si sme som sú tak tento to tým u už v viac však vo z za zo že""",
    "hu": """a az abban ahol aki akik amely amelyek ami arra azonban azt be csak de e egy egyik ekkor el előtt
        én ennek és ez ezek ezért ezt fel ha hanem hogy igen így is itt ki kell lehet lenne lesz lett már meg
        mely mert mi mind minden mint most ne nem nincs ő ők olyan össze pedig sem sok szerint tehát után úgy
        vagy van vannak volt voltak""",
    "ro": """a acest această aceasta acestea ai al ale am ar are as asupra au avea ca că cărei când care ce cea
        cei cel cele către cine cu cum da dar de deci decât despre din dintre după ea ei el ele este eu fi fie
        fiind fost iar în în îi își într între la le lor lui mai mult ne nici noi nu o ori pe pentru peste prin
        s sa să sale sau se și sub sunt te toate tot un una unde unei unor unui va vor""",
    "tr": """acaba ama ancak artık bana bazı belki ben beni benim bile bir biraz biri birkaç biz bize bizim bu
        buna bunu bunun burada çok çünkü da daha de defa değil diğer diye dolayı en gibi göre hem hep her hiç
        için ile ilgili ise işte kadar karşı ki kim mi mu mı mü nasıl ne neden nerede o olan olarak oldu olduğu
        olduğunu olsa on ona onlar onu onun sadece şey sen siz sonra şu tarafından tüm üzere var ve veya ya
        yani yer yok""",
    "id": """ada adalah agar akan aku anda antara apa atas atau bagi bahwa banyak baru beberapa bisa belum
        bukan dalam dan dapat dari dengan di dia hanya harus ia ini itu jadi jika juga kami kamu karena ke
        kepada kita lagi lain lalu lebih maka masih melalui mereka namun oleh pada para pernah saat saja sampai
        sangat saya sebagai sebelum sebuah secara sedang sejak selama seluruh seorang seperti serta setelah
        setiap siapa sudah tak telah tentang terhadap tersebut tetapi tidak untuk yaitu yang""",
    "ms": """ada adalah agar akan anda antara apa atau bagi bahawa banyak beberapa beliau berkata boleh bukan
        dalam dan dapat dari daripada dengan di dia hanya ia ini itu jika juga kami kata katanya ke kepada
        kerana kita lagi lain lebih mereka masih oleh pada para pihak saya sebagai sebarang selepas semua sudah
        supaya tahun telah tersebut tidak turut untuk yang""",
    "vi": """bị các cái cần cho chỉ có còn của cũng đã đang đây để đến đều đó được gì hay hơn khi không là lại
        lên mà mỗi một này nên nếu người nhiều như nhưng những nhất ở phải qua ra rằng rất sau sẽ tại theo thì
        trên trong trước từ và vẫn vào vậy về vì việc với""",
    "lt": """apie ar bei bet buvo bus čia dar dėl gali iki ir iš jau jei ji jie jis jo jos jų kad kai kaip kas
        kuri kurie kuris man mes ne nei net nuo o pagal per po prie prieš reikia savo su tai taip tarp tas tik
        to todėl tuo turi už yra""",
    "lv": """ar arī bet bija būs bez citi gan ir jau jo ja ka kā kas kad kur ko lai līdz man mēs ne nav no nu
        pa par pēc pie pirms savu šī šis šo tad tas tā tika to tomēr tās un uz vai var vairāk viņa viņš visi""",
    "et": """aga ainult ega ei et ette ja juba ka kas keda kes kui kuid kuidas küll ma me meie mida mis nad
        need nende nii ning nüüd oleks oli olid olla olnud oma on pärast peab pole sai seda see selle siin siis
        ta tema teda tuleb üks või välja väga veel""",
    "hr": """a ali bez bi bila bili bilo bio biti do dok da će ga gdje i ih ili im iz ja je jer jedan još kad
        kada kako kao koja koje koji kojih koju ko li me među mi mu može na nakon ne nego nije nisu no njegov o
        od on ona oni ovo po pod prema pri protiv s sa se smo su sve što ta tako te to tu u uz već vrlo za zbog""",
    "sl": """a ali ampak bi bil bila bili bilo bo bodo brez da do en ga gre h in iz ja je jih jo kaj kako kar
        kdo ker ki ko kot lahko le med mi mu na nad ne ni nje njegov o ob od on pa po pod pred pri s sem se si
        so smo sta sva ta tako te tega ter to tudi v ve več z za že""",
    "ca": """a al als amb aquest aquesta així això com contra d de del dels des després dins el ella ells els
        en entre era és està estan estat fa fins fou ha han havia hi ho i l la les li més mentre molt no només
        o on per perquè però qual quan que qui s se sense ser seu seva seus si sobre són també té tot un una
        uns va van""",
    "sq": """a ai ajo ata ato ka kanë dhe do duke e edhe është gjatë i ishte jetë ju këtë kjo ky kur la me mbi
        më mund na ndër ne në nëse nga nuk një për pas pa po prej që sa se së si si te të tij tyre tha u vetëm""",
    "sw": """alisema ambapo ambao ambaye ambayo au baada bila cha huku hata hivyo huo hiyo huyo ili ingawa ina
        japo jinsi kama katika kati kila kuhusu kutoka kutokana kuwa kwa kwamba la lakini mara mbali na ndani
        ni pamoja pia sana sasa tu wa wake wakati wao ya yake yao za zaidi""",
    "so": """ah aan ahaa ahayd ama aan ay ayaa ayuu badan ee ka kale kala kaas kan ku kuwa la lagu loo oo si
        sida soo taas tan u uga ugu uu waa waxa waxaa waxaan waxay wax wuxuu xilligii""",
    "af": """aan as baie by daar dat deur die dit een en gaan haar het hierdie hom hulle hy in is kan ek maar
        met moet na nie nog of om ons ook op oor sal se sê sy te toe tot uit van vir was wat word wees""",
    "tl": """ang ako ang apat at ay ayon bago bilang dahil din ito iyon ka kanilang kanyang kaniya kay kung
        habang hindi lamang lang mga may mula na nang ng ngunit ni nila nito niya noong o pa para pang sa si
        sila siya tungkol upang""",
    "is": """að af allt á áður ef eftir eða ekki eins en er eru ég fram frá fyrir hafa hafi hann hans hefur hér
        hún hvað inn í með meira mér mjög nú og okkur sagði sé sem sér sig svo til um undir upp úr var við voru
        það þá þar þegar þeir þess þessi þetta þó""",
    "ga": """agus ag an ann ar as atá ba bhí bhfuil chun cuid dá de den do é faoi gan go i iad is ina le leis
        mar mé na nach nár ní níl ó sa san sé seo sí sin tá""",
    "eu": """bat baina bere da dela dira du dute edo egin ere eta ez hau horiek izan zen ziren zuen zuten
        batean baten ditu""",
    "az": """amma bir bu bunun çox da daha də deyil edib edir ədə edən etmək görə hər həmin ilə isə kimi ki
        lakin olan olaraq oldu olub olunub onun o sonra tərəfindən üçün üzrə var və ya yeni""",
    "uz": """ammo bilan bo'lgan bo'lib bu bir da deb edi esa ham har haqida ham uchun va yoki lekin qilish o'z""",
    "ha": """a cewa da daga domin don ga haka har in ina ita kai ko kuma lokacin mai masu na ne ni suka sun ta
        tare ta wannan wani wanda wata ya yadda yana yi za""",
    "yo": """àti bí fún gbogbo ìyẹn jẹ́ kan kí kò lati láti lọ mi náà ní ninu nínú ó pé sì sí tí wà wọn yìí""",
    # Cyrillic
    "ru": """а без более бы был была были было быть в вам вас весь во вот все всего всех вы где да даже для до
        его ее ей если есть еще ещё же за здесь и из или им их к как какой когда кто ли либо между меня мне
        может мы на над надо нас не него нее нет ни них но ну о об однако он она они оно от очень по под при
        про с свою себя со так также такой там тебя тем то того тоже той только том ты у уже хотя чего чей чем
        что чтобы эта эти это этого этой этом этот я""",
    "uk": """а або але без би був була були було бути в вам вас вже ви від він вона вони все всіх де для до є ж
        за з зі із й і їх його її коли ким крім кто лише мене ми між може на над нам нас не нема ні нього об
        однак по під після при про проти саме себе так також там та те тим то того той тут у усі хто це цей ці
        цього цьому через чи що щоб як яка який яких які якщо""",
    "be": """а або але без было быў была быць б бы вельмі вы гэта гэты гэтага да для з за зараз і іх калі каб
        каля між мы на не ні нас над аб ад па пад пасля пра праз пры са сваіх так таксама толькі у ў ўжо уже
        хто це як якая якія які што яго яе яны яшчэ ён яна""",
    "bg": """а ако бе без беше би бил била били било в вече във все всички г да до докато дори е за защо защото
        и из или има искам като какво когато което които който която към ли м между може му на над най не него
        ни но ние няма о от около още по пред преди през при с са само се си сме след срещу съм със така също
        тази това тези този той те то тя че ще я""",
    "sr": """а али без би били било био бити ће да до док га где и из или им иначе ја је јер још када као како
        које који која којих кад код ли међу ми може му на након не него није нису ни о од он она они ово овог
        па по под пре преко при с са само се смо су све та тако те то у уз већ за због што""",
    "mk": """а ако ама беше биде била биле било би во вака дека до додека е за и или им има исто кај како кога
        кои која кое кој ќе ли меѓу може му на над не нема ни но о од по под поради потоа пред преку при с само
        се си со сите сум таа така тие тоа тој што уште""",
    "kk": """бар бас біз болады болған болып бұл бір да дейін деп де ең еді екен емес және жоқ кейін көп мен не
        немесе олар оның осы отыр па сол тек туралы үшін үшiн соң ал арқылы""",
    "mn": """байна байсан байгаа болон бол болж бус гэж гэсэн гэх дээр ба бөгөөд нь нэг тул тухай хийх хувьд
        энэ юм""",
    "tg": """аз ба бар барои бо буд ва дар дигар инро ин ки кард мебошад мекунад низ он онҳо ҳам ҳар ҳаст шуд
        шуда то""",
    # Arabic script
    "ar": """أن إن أو إلى التي الذي الذين اللذين أي إذا أما أنه أنها إنه ان انه او اي ب بأن بعد بعض بل بين به
        بها تلك ثم حتى حول حيث خلال دون ذلك سوف على علي عن عند عندما غير فإن فقد في فيه فيها قبل قد كان كانت كل
        كما لا لكن لم لن له لها ليس ما مع من منذ منه منها نحو هذا هذه هناك هو هي هم و وأن وإن وقد وقال قال وكان
        ولا ولم ومن وهو وهي يكون كذلك الى""",
    "fa": """آن آنها از است اگر اما این اینکه با باید بر برای بود بودند بوده به بی پس تا چه چون خواهد خود را در
        دارد دارند داد دیگر سپس شد شده شود شوند کرد کردند کرده کند کنند که گفت ما من می می‌شود می‌کند نیز نمی
        نیست و وی هر هم همه هایی های ها یا یک هستند او""",
    "ur": """آپ اب اپنا اپنی اپنے اس اسی ان انہوں انہیں اور ایک ایسا ایسے بعد بھی پر تک تا تھا تھی تھے تو جا
        جاتا جب جبکہ جس جن جو جہاں حال خلاف دو دی دیا ذریعے رہا رہی رہے ساتھ سے طرف طور طرح کا کر کرتے کرنے کسی
        کہ کہا کو کوئی کی کیا کیے کے گا گی گئی گیا گے لیے لیکن مگر میں نہ نہیں نے والا والی والے وہ وغیرہ ہم ہو
        ہوا ہوئی ہوئے ہوں ہونے ہی ہیں ہے یا یہ یہی مطابق""",
    "ps": """او په د چې ته له دا دې څخه هم شوي شوې کې کړي کړې کړ سره یو یې خو نه دي ده دی وي وو پر تر هغه هغوی
        بیا شو هر""",
    "ckb": """لە و بۆ کە بە ئەو ئەم دەکات بوو هەر یان لەگەڵ دوای پێش ئێستا نییە بکات هێنا کرد نەک هەروەها دەبێت""",
    "sd": """۽ جي جو جا کي ۾ تي سان هن اهو آهي آهن ته به هو لاءِ کان نه ئي پر""",
    "ug": """ۋە بىر بۇ ئۇ بىلەن ئۈچۈن دەپ ھەم بولغان قىلغان كېيىن""",
    # Devanagari
    "hi": """अन्य अपना अपनी अपने अब आदि आप इन इस इसका इसके इसमें इसी उन उनका उनके उन्हें उन्होंने उस उसके एक
        एवं ऐसे और कई कर करता करते करना करने कहा का किया किसी की कुछ के को कोई क्या गई गए गया जब जहां जा जाता
        जाने जिन जिस जैसे जो तक तथा तब तो था थी थे दिया दी दो द्वारा न नहीं ने पर फिर बहुत बाद भी मगर में मैं
        यदि यह यहां या ये रहा रही रहे लिए लेकिन व वह वहां वाला वाले वे सकता सकते साथ से हम ही हुआ हुई हुए हूं
        है हैं हो होता होती होने""",
    "mr": """आणि आता आपल्या आहे आहेत असे असून असलेल्या या ही हे हा होते होता होती त्या त्यांनी त्यांच्या त्याने
        त्यामुळे तर ते ती तो मात्र म्हणून म्हणाले मध्ये व काही केले केली केला करून करण्यात येत येथे यांनी
        यांच्या झाला झाली झाले नाही नाहीत साठी सर्व पण की च्या ला ने पासून दोन एक आले आली""",
    "ne": """अनि अन्य अब आफ्नो उनले उनी एक एउटा भएको भने भएका भन्ने भन्दै भयो भएकाले गरेको गरेका गर्न गर्ने गरी
        गरेर छ छन् छैन तर तथा त्यो थियो थिए देखि पनि मा मात्र ले लाई यस यसको यो र रहेको रहेका हुन हुने हो होइन
        को का की बाट सबै सँग समेत""",
    # other scripts that several languages share
    "bn": """অনেক আর আমরা আমি আছে এ এই এক একটি এবং এর এসব ও ওই কথা করা করে করেন করেছেন করতে কি কিছু কিন্তু কে
        কোনো গত ছিল ছিলেন জন্য জানান তবে তা তাই তাকে তাদের তার তিনি তো থেকে দিয়ে দুই না নিয়ে নেই পর পরে প্রতি
        বলে বলেন বলেছেন বা মধ্যে মতো যে যা যায় সঙ্গে সব সে হবে হয় হয়ে হয়েছে হচ্ছে""",
    "as": """আৰু কৰা কৰে কৰিছে এই তেওঁ নহয় পৰা লৈ হৈছে বুলি যে এটা ইয়াৰ তেওঁৰ এক""",
    "he": """אבל או אולם אחר אחרי אי אין איך אך אל אם אני אנחנו אותו אז את אתה בין גם דרך הוא היא היה היו הם הן
        זה זו זאת חלק יש כי כדי כך כל כמו לא להיות לפי לפני מה מי מן מעל נגד עד עוד עם על עבור רק של שלא שלו
        שלה תחת תוך""",
    "yi": """און איז אין דער די דאָס אַז נישט פֿון פון האָט מיט ער זיי צו אויף""",
    "ta": """அது அந்த அவர் அவர்கள் இந்த இது உள்ள உள்ளது என என்ற என்று என்பது ஒரு கொண்டு சில தான் தொடர்ந்து பல
        பின்னர் போன்ற மற்றும் மீது மேலும் முதல் வரை வந்த""",
    "te": """ఆ ఈ ఇది అది ఒక ఉంది ఉన్న అని కానీ కోసం గా చేసిన తన తర్వాత నుంచి మరియు మీద వారు లేదా""",
    "pa": """ਅਤੇ ਇਸ ਇਹ ਉਸ ਉਹ ਇੱਕ ਹੈ ਹਨ ਸੀ ਸਨ ਦਾ ਦੀ ਦੇ ਨੂੰ ਨੇ ਵਿੱਚ ਵਿਚ ਤੋਂ ਤੇ ਨਾਲ ਲਈ ਹੀ ਵੀ ਕਿ ਜੋ ਕਰ ਗਿਆ ਨਹੀਂ""",
    "gu": """અને આ એ એક છે છો કે માટે તે તો થી ની નું ના ને પણ પર માં હતી હતું હતો સાથે નથી જે""",
    "el": """ακόμη αλλά αν από αυτή αυτό αυτός για γιατί δεν δύο εάν είναι ένα ένας επί ενώ έχει έχουν η ή θα
        και κάθε κατά με μετά μη μια μόνο να ο οι όμως όπως ότι όταν που πολύ πριν προς σε σας στα στη στην
        στις στο στον στους τα της τη την τις το τον του τους των χωρίς ως""",
    "th": "ที่ และ ใน ของ เป็น ได้ ให้ มี ว่า จะ ไม่ กับ จาก โดย แต่ ก็ หรือ นี้ นั้น",
    "zh": "的 了 和 是 在 也 与 及 或 而 就 都 把 被 这 那 着 之 以 等",
    "ja": "の に は を が と で も へ や から まで より など この その する した して いる ある です ます",
    "ko": "그 그리고 이 저 것 수 등 및 또는 하지만 그러나 위해 대한 있는 있다 했다 한다",
}

//! Everyday words of each language written in Latin letters, as customers type them.
//!
//! Written for this project. Each word counts once; a word listed by several languages counts less
//! for each of them. Accents are dropped when the lists are read.

/// The words of one language.
pub(super) struct Seed {
    pub code: &'static [u8; 2],
    pub words: &'static str,
    /// Words borrowed from English: common in this language, and yet no sign of it.
    pub loans: &'static str,
}

/// Words used everywhere, which say nothing about the language.
pub(super) const INTERNATIONAL: &str = "ok okay urgent menu agent email mail sms whatsapp stop faq bot \
    robot chat web app url total normal hotel pdf iban paypal visa mastercard cv id tv led usb wifi \
    google facebook instagram amazon mr dr euro euros eur usd pro vip sos code promo photo video ml \
    lol haha hahaha hihi hmm mdr xd sirius orion nacre aube brume halo lumiere maison cercle admin \
    standard express premium online internet web bonus test ah oh eh ha pin bus taxi radio zen top \
    contact min tva pendant";

pub(super) const SEEDS: &[Seed] = &[
    Seed { code: b"fr", words: FR, loans: "" },
    Seed { code: b"en", words: EN, loans: "" },
    Seed { code: b"es", words: ES, loans: "" },
    Seed { code: b"pt", words: PT, loans: "" },
    Seed { code: b"hi", words: HI, loans: HI_LOANS },
    Seed { code: b"de", words: DE, loans: "" },
    Seed { code: b"it", words: IT, loans: "" },
    Seed { code: b"nl", words: NL, loans: "" },
    Seed { code: b"tr", words: TR, loans: "" },
    Seed { code: b"pl", words: PL, loans: "" },
    Seed { code: b"ro", words: RO, loans: "" },
    Seed { code: b"sv", words: SV, loans: "" },
    Seed { code: b"vi", words: VI, loans: "" },
    Seed { code: b"id", words: ID, loans: "" },
];

const FR: &str = "belle belles jolie joli bonjour bonsoir salut coucou bjr slt merci mrc svp stp s'il vous plaît te plait \
    je j tu il elle on nous vous ils elles me m te t se s le la les l un une des du de d au aux ce c \
    cet cette ces ça ca cela mon ma mes ton ta tes son sa ses notre nos votre vos leur leurs \
    est es suis sommes êtes sont était étais étaient sera serai seront soit être ai as a avons avez ont \
    avais avait aurai aura avoir eu fait faire fais faites font vais va allez aller vont allons peux \
    peut pouvez pouvons pouvoir puis pourrais pourriez pourrait veux veut voulez vouloir voudrais \
    voudrait aimerais dois doit devez devoir faut faudrait sais sait savez savoir \
    ne n pas plus jamais rien aucun aucune non oui ouais si mais ou où et donc or ni car que qu qui \
    quoi quel quelle quels quelles quand comment combien pourquoi parce dans sur sous avec sans pour \
    par chez entre vers depuis pendant avant après encore toujours déjà bientôt maintenant ici là \
    aujourd hui demain hier matin soir semaine semaines jour jours mois an ans heure heures très trop \
    peu beaucoup bien mal mieux moins aussi même tout tous toute toutes autre autres quelqu quelque \
    quelques chose personne vraie vrai vraiment lampe lampes lampadaire luminaire ampoule ampoules \
    commande commandes commandé commander colis paquet livraison livraisons livrer livré livrée livrez \
    livreur délai délais retard suivi suivre suis retour retours retourner renvoyer échange échanger \
    remboursement rembourser remboursé remboursez facture factures paiement payer payé prix coûte \
    coûtent combien cher gratuit garantie cassé cassée abîmé panne marche fonctionne allume adresse \
    numéro téléphone compte carte bancaire argent prélevé prélèvement débité débitée annuler annulation \
    problème question questions réponse répondre réponds aide aidez aider besoin parler parle appeler \
    appelez rappelez contacter conseiller conseillère humain humaine service client clients boutique \
    magasin site acheter acheté achat envoyer envoyé envoyez expédition expédié expédiée reçu recevoir \
    reçois arrivé arrivée arrive arriver attendre attends attend attente trouve trouver perdu perdue \
    changer modifier choisir choix minute minutes moment instant cherche chercher voir vu dire dit dites demande demander demandé écrire merci \
    beaucoup bonne bon journée soirée parfait super génial d'accord désolé pardon excusez rapidement \
    vite inutile nul honte honteux scandaleux inadmissible marre ridicule arrêtez arrêter \
    désabonner première premier deuxième deux trois quatre cinq six sept huit neuf dix cent mille \
    salle bain couleur cuisine chambre petit petite grand grande nouveau nouvelle dernier dernière \
    étoile étoiles avis note satisfait mécontent déçu avocat plainte accueil mot passe résolu jai cest \
    jsuis jpeux chui quelquun aujourdhui allo point relais possible disponible quoi savoir pourrai \
    voici voilà alors après cependant lorsque celui celle ceux laquelle lequel dont ouvert fermé ouvre";

const EN: &str = "hello hi hey good morning evening afternoon thanks thank thx pls please sorry \
    i im me my mine myself you your yours u ur he she it its we our us they their them this that these \
    those the a an and or but if so because is are was were be been being am isnt arent wasnt do does \
    did done dont doesnt didnt have has had havent hasnt having will would wont wouldnt can could cant \
    cannot couldnt should shall may might must not no yes yeah yep nope never nothing none someone \
    somebody anyone anybody everyone something anything everything what whats when where wheres which \
    who whom whose why how much many more most less least very too also just only still yet already \
    again always ever now soon later today tomorrow yesterday week weeks day days month months year \
    years hour hours minute minutes time here there from for with without of off on in into at by to \
    up out over under about after before since until between through during than then as any some all \
    both each every other another same own new old big small right wrong first second third one two \
    three four five six seven eight nine ten hundred \
    order orders ordered ordering parcel package packages delivery deliver delivered deliveries \
    shipping ship shipped shipment track tracking return returns returned refund refunded money back \
    pay paid payment payments price cost costs cheap expensive free charge charged charges twice \
    invoice bill card bank account number phone address customer service support help helping need \
    needs want wants wanted like love know think tell told say said ask asked asking question questions \
    answer answers reply talk talking speak speaking call calling contact person real human \
    representative operator someone waiting wait waited waits long late delayed lost missing broken \
    damaged faulty work works working worked stopped lamp lamps light lights bulb bulbs shade store \
    shop website buy bought purchase send sent sending receive received receiving get got getting give \
    gave take took make made let see saw look looking find found change changed cancel cancelled \
    cancelling modify choose problem problems issue issues wrong item items product products warranty \
    guarantee exchange email password unsubscribe stop sending useless ridiculous terrible awful \
    unacceptable shame joke angry disappointed great perfect excellent nice fine bad worst best better \
    happy stars star solved fixed lawyer complaint really actually maybe possible available open opened \
    close closed hours bathroom kitchen colour color home main back go going gone come came coming \
    arrive arrived arrives arriving were weeks ago last next anymore hasn haven isn doesn don didn \
    couldn wouldn ll ve re try tried trying keep put thing things people man gonna wanna gimme asap btw \
    idk thats theres ive ill id hows lets dear sir madam regards cheers bye welcome sure enough live";

const ES: &str = "hola buenos buenas días tardes noches gracias grax porfavor favor porfa disculpe \
    disculpa perdón perdone yo me mi mis mí tú tu tus te ti usted ustedes él ella ellos ellas nos \
    nosotros nuestro nuestra su sus se le les lo la los las el un una unos unas este esta esto estos \
    estas ese esa eso aquel y e o u pero si sí no ni que qué quien quién cual cuál cuando cuándo donde \
    dónde como cómo cuanto cuánto cuánta cuesta cuestan porque por qué para con sin de del al a en \
    sobre entre desde hasta hacia tras ante bajo según es son soy eres somos era fue fueron ser estar \
    estoy está están estaba estás sido he has ha han hemos había hay haber tengo tiene tienes tienen \
    tenemos tener tuve hago hace hacen hacer hizo hecho puedo puede pueden puedes podemos poder podría \
    podrían quiero quiere quieren quisiera quería querer debo debe necesito necesita necesitamos voy va \
    vamos van ir sé sabe saber saben creo dar doy dame deme dígame diga decir dijo ver veo visto muy \
    más menos mucho mucha muchos muchas poco nada nadie nunca siempre todavía aún ya ahora luego \
    después antes hoy ayer mañana semana semanas día mes meses año años hora horas aquí allí ahí bien \
    mal mejor peor también tampoco solo sólo otro otra otros todo toda todos todas algo alguien alguno \
    ninguno mismo cada tan así entonces vez veces persona real hablar hablo habla llamar llame llamen \
    ayuda ayudar ayúdeme ayudarme pedido pedidos pedí pedir pedido paquete envío envíos enviar enviado \
    enviaron enviarme entrega entregado entregaron llegar llega llegó llegado llegará recibir recibido \
    recibí seguir seguimiento rastrear devolver devolución devoluciones cambiar cambio reembolso \
    reembolsen dinero pagar pago pagué precio caro gratis cobro cobraron cobrado factura tarjeta cuenta \
    número teléfono dirección cancelar anular problema pregunta preguntas respuesta responden contestan \
    responder asesor humano operador atención cliente clientes tienda compra comprar compré lámpara \
    lámparas bombilla luz funciona funcionan roto rota dañado garantía esperar esperando espero tarde \
    retraso perdido contraseña baja darme suscripción inútil ridículo vergüenza pésimo inaceptable \
    harto estafa abogado queja denuncia perfecto genial excelente vale bueno buena buen mala malo \
    estrellas resuelto solucionado uno dos tres cuatro cinco seis siete ocho nueve diez cien primera \
    primero segundo segunda tercero tercera opción quisiera sigue sigo mensaje mensajes información \
    gran grande pequeño nuevo nueva último adiós chao saludos listo claro oiga oye mire cuál baño \
    cocina quiénes ustedes devuelvo devolverlo artículo artículos enviais enviáis envían hacéis tenéis enciende apaga llevo pasa pasó urgente luego tengan tenga haga hagan abren abierto cierran";

const PT: &str = "olá ola oi bom boa dia dias tarde noite obrigado obrigada obg brigado por favor pfv \
    desculpe desculpa eu me meu minha meus minhas mim comigo tu teu tua você vocês voce vc vcs o a os \
    as um uma uns umas ele ela eles elas nos nós nosso nossa seu sua seus suas lhe isto isso este esta \
    esse essa aquele e ou mas se sim não nao nem que quê quem qual quais quando onde cadê como quanto \
    quantos quanta custa custam porque por para pra pro com sem de do da dos das no na nos nas em num \
    numa ao à aos às pelo pela sobre entre desde até após é são sou és somos era foi foram ser estar \
    estou está estão tá tô estava sido tenho tem têm temos ter tive tinha há haver faço faz fazem fazer \
    fez feito posso pode podem podemos poder poderia podia quero quer querem queria gostaria gostava \
    devo deve preciso precisa precisamos vou vai vamos vão ir sei sabe saber sabem acho dar dou diga \
    dizer disse ver vejo visto muito muita muitos mais menos pouco nada ninguém nunca sempre ainda já \
    agora logo depois antes hoje ontem amanhã semana semanas mês meses ano anos hora horas aqui ali \
    bem mal melhor pior também só somente outro outra outros todo toda todos tudo algo alguém algum \
    nenhum mesmo cada tão assim então vez vezes pessoa real verdade falar falo fala ligar liguem ajuda \
    ajudar ajudem encomenda encomendas encomendei pedido pedidos pedir pedi pacote envio enviar enviado \
    enviaram entrega entregue entregaram entregar chegar chega chegou chegado receber recebido recebi \
    seguir rastrear rastreio rastreamento acompanhar devolver devolução trocar troca reembolso \
    reembolsem dinheiro pagar pago paguei pagamento preço caro grátis cobrança cobrado cobraram fatura \
    nota fiscal cartão conta número telefone endereço morada cancelar problema pergunta perguntas \
    dúvida resposta respondem responder atendente atendimento humano cliente clientes loja compra \
    comprar comprei candeeiro luminária lâmpada luz funciona funcionam partido quebrado quebrada \
    avariado garantia esperar esperando espera à atraso atrasada atrasado perdido senha sair \
    descadastrar inútil ridículo vergonha péssimo inaceitável farto golpe advogado reclamação perfeito \
    ótimo excelente bom mau estrelas resolvido dois duas três quatro cinco seis sete oito nove dez cem \
    primeira primeiro segundo segunda terceiro terceira opção continua mensagem mensagens informação \
    grande pequeno novo nova último tchau adeus valeu beleza claro olhe alô banheiro cozinha quais \
    gente cara blz tb tbm pq vcs né oque consigo conseguir conseguem fica ficou ficar passa aconteceu \
    abrem aberto loja fecham urgente tenham tenha faça seria chegará aceitam aceita";

const HI: &str = "namaste namaskar namaskaar shukriya dhanyavaad dhanyavad dhanyawad kripya kripaya \
    mera meri mere mujhe mujhko main mai mein me maine hum humein hume hamara hamari hamare aap aapka \
    aapki aapke aapko aapse tum tumhara tumhari tera teri tu woh wo vo yeh ye yah is us iska iski uska \
    uski isko usko inka unka unko kya kyu kyun kyon kyunki kahan kaha kidhar kab kaise kaisa kaisi kaun \
    kaunsa kitna kitne kitni konsa hai hain h ho hu hoon hun tha thi the hoga hogi honge hua hui hue \
    raha rahi rahe rha rhi rhe gaya gayi gaye gya gyi kar karo karna karni karne karke karein kare kiya \
    kiye karta karti karte kardo karwana karwao krna kro krdo kr do dijiye dijie dena deni diya diye \
    dedo de lena lo liya le chahiye chahie chaiye chahta chahti batao bataiye bata bataye batayein \
    bolo bol bola sakta sakti sakte sakta nahi nahin nai nhi mat na haan han haanji ji ka ki ke ko se \
    par pe tak aur ya lekin magar agar toh to bhi hi sirf bas abhi ab aaj kal parso phir fir kabhi \
    hamesha bahut bohot bohut zyada jyada thoda kam sab sabhi kuch koi kisi insaan aadmi vyakti baat \
    paisa paise wapas vapas wapis saman samaan milega mila mili milna mil aaya aayi aayega aayegi aana \
    aata jana jaana jata bhejo bheja bhejna bhej jaldi der se intezaar din mahina saal ghante ghanta \
    samay subah shaam raat theek thik sahi galat accha acha achha achhi bura kharab bekar bekaar \
    ghatiya bakwas ganda sharam tuta toota tut tooti kaam chalu band karna shuru khatam dost bhai \
    bhaiya didi yaar sahab batti bijli ghar pata sawaal sawal jawab jawaab madad sahayata shikayat \
    vakil dhokha chori dhoka paas wala wali wale sath saath liye andar bahar upar niche pehle pahle \
    pehla doosra dusra teesra tisra ek teen char chaar paanch panch chhe saat aath nau das pareshan \
    samajh samjha maaf maafi kijiye kijie rakho dekho dekha dekhna suno sunna likho likha kharida \
    kharidna lagta laga lag raha pahuncha pahunchega nikla naya nayi purana hua tarah kyo kese muje \
    muze mujhse humko apna apni apne baar do teen bilkul zarur jarur kripya dikkat pareshani galti";

const HI_LOANS: &str = "order refund agent payment delivery cancel return product number status \
    customer care account track tracking parcel please sir madam help problem issue item card bank \
    address phone call message service late link bill invoice exchange discount offer price website \
    money lamp light company support team complaint check update time date connect transfer receive \
    deliver human person live charge charged back talk real speak no";

const DE: &str = "hallo guten tag morgen abend moin servus danke dankeschön bitte entschuldigung ich \
    mich mir mein meine meinen meiner du dich dir dein deine er sie es wir uns unser ihr ihre ihnen ihren \
    der die das den dem des ein eine einen einem einer kein keine keinen und oder aber wenn weil dass \
    ist sind bin war waren sein wird werden wurde habe haben hat hatte kann können könnte könnten muss \
    möchte will wollen soll sollte nicht nein ja noch schon immer nie nichts was wer wo wann warum wie \
    wieviel viel welche welcher mit ohne für von vom zu zum zur bei nach aus auf an am im in über unter \
    vor seit bis zwischen heute gestern woche wochen tage tagen jahr stunde hier da dort jetzt bald \
    sehr auch nur mehr wieder bestellung bestellt bestellen paket lieferung geliefert liefern sendung \
    versand verfolgen rücksendung zurück geld erstattung rechnung bezahlen bezahlt zahlung konto karte \
    nummer telefon adresse kunde kundenservice hilfe helfen brauche jemand jemandem person mensch \
    mitarbeiter sprechen reden anrufen warte warten verspätet kaputt defekt lampe lampen licht birne \
    funktioniert laden kaufen gekauft stornieren ändern problem frage fragen antwort garantie gut super \
    schlecht gelöst eins zwei drei vier fünf wie geht sagen wurde leider gerne tschüss falsch angekommen";

const IT: &str = "ciao buongiorno buonasera salve grazie prego scusi scusa per favore io mi mio mia miei \
    mie me tu ti tuo lui lei noi ci nostro voi vi vostro loro il lo la i gli le un uno una dei delle del \
    dello della al allo alla ai nel nella sul sulla dal dalla e ed o ma se che chi cosa quale quali \
    quando dove dov come quanto quanti costa perché con senza di da in su tra fra è sono sei siamo siete \
    era stato stata essere sta stanno ho hai ha abbiamo avete hanno avere fare faccio fa fatto posso può \
    potete possiamo vorrei voglio vuole devo deve bisogno vado va andare so sapere non no sì già ancora \
    mai niente nulla nessuno sempre adesso ora oggi ieri domani settimana settimane giorno giorni mese \
    anno ore qui molto più meno poco bene male anche solo altro tutto tutti qualcuno qualcosa questo \
    questa quello ordine ordini ordinato pacco spedizione spedito consegna consegnato arrivato arriva \
    arriverà ricevuto tracciare seguire reso restituire cambiare rimborso soldi pagare pagato pagamento \
    prezzo fattura carta conto numero telefono indirizzo cliente assistenza aiuto aiutare parlare \
    persona vera umano operatore chiamare aspetto aspettare ritardo rotto rotta lampada lampade luce \
    lampadina funziona negozio comprare comprato annullare problema domanda risposta garanzia buono \
    pessimo ottimo perfetto risolto spedite spedire consegnate vendete fate accettate due tre quattro cinque dire detto vostra sito gratis stelle qual accende spegne lampadario scintille fumo rate spedizioni restituisco mandate";

const NL: &str = "hallo hoi goedemorgen goedemiddag goedenavond dag bedankt dank dankjewel alsjeblieft \
    alstublieft sorry ik mij mijn me jij je jou jouw u uw hij zij ze het wij we ons onze jullie hun de \
    een en of maar als omdat dat dit deze die is zijn ben bent was waren wordt worden heb hebt heeft \
    hebben had kan kunt kunnen kon moet moeten wil wilt willen zou zal niet geen nee ja nog al altijd \
    nooit niets wat wie waar wanneer waarom hoe hoeveel welke met zonder voor van naar bij uit op aan in \
    over onder na sinds tot tussen vandaag gisteren morgen week weken dagen jaar uur hier daar nu straks \
    heel erg ook alleen meer weer bestelling besteld bestellen pakket pakje levering geleverd leveren \
    bezorgd verzending volgen retour terug geld terugbetaling factuur betalen betaald betaling rekening \
    kaart nummer telefoon adres klant klantenservice hulp helpen nodig iemand persoon mens medewerker \
    praten spreken bellen wachten wacht vertraagd kapot defect lamp lampen licht werkt winkel kopen \
    gekocht annuleren wijzigen probleem vraag vragen antwoord garantie goed slecht opgelost twee drie \
    vier vijf graag kunnen doet mijnheer mevrouw tot ziens";

const TR: &str = "merhaba selam günaydın iyi günler akşamlar teşekkür teşekkürler ederim lütfen \
    pardon özür dilerim ben benim bana beni sen senin siz sizin size biz bizim o onun bu şu bir ve veya \
    ama çünkü için ile gibi kadar değil yok var evet hayır ne neden nerede nasıl zaman kim hangi kaç \
    daha çok az hala henüz artık şimdi bugün dün yarın hafta gün ay yıl saat burada sipariş siparişim \
    siparişimi siparişiniz kargo kargom teslimat teslim edildi gelmedi geldi gelecek takip etmek iade \
    etmek istiyorum istiyoruz para param geri ödeme ödedim fatura kart hesap numara numarası telefon \
    adres müşteri hizmetleri yardım yardımcı olur musunuz misiniz biri biriyle görüşmek konuşmak \
    temsilci gerçek insan beklemek bekliyorum bozuk kırık lamba ışık çalışmıyor mağaza satın aldım iptal \
    değiştirmek sorun soru cevap garanti iyi kötü çözüldü iki üç dört beş mı mi mu ediyorum oldu hiç";

const PL: &str = "cześć dzień dobry dobry wieczór witam dziękuję dzięki proszę przepraszam ja mnie mi mój \
    moja moje mojego mojej moim ty ciebie twój pan pani państwo on ona my nas nasz wy was oni to ten ta \
    te tego tej i oraz lub albo ale jeśli bo że jest są był była było być będzie mam masz ma mamy mieć \
    mogę może można możecie chcę chciałbym chciałabym muszę trzeba nie tak już jeszcze zawsze nigdy nic \
    nikt co kto gdzie kiedy dlaczego jak ile który która z ze bez dla od do na w we po przed przez przy \
    dziś dzisiaj wczoraj jutro tydzień dni miesiąc rok godzin tutaj teraz bardzo też tylko więcej znowu \
    zamówienie zamówienia zamówiłem zamówiłam paczka paczki przesyłka przesyłki dostawa dostawy wysyłka \
    śledzić zwrot zwrócić pieniądze faktura zapłacić zapłaciłem płatność karta konto numer telefon adres \
    klient obsługa pomoc pomóc potrzebuję ktoś kimś osoba człowiek konsultant rozmawiać porozmawiać \
    czekam czekać opóźnienie zepsuta uszkodzona lampa lampy światło działa sklep kupić kupiłem anulować \
    zmienić problem pytanie odpowiedź gwarancja dobrze źle rozwiązany jeden dwa trzy cztery pięć";

const RO: &str = "bună ziua salut bună seara dimineața mulțumesc mersi vă rog te rog scuze îmi pare rău \
    eu mie mă îmi meu mea mei mele tu ție tău el ea noi nostru voi vostru dumneavoastră ei ele un o unei \
    unui al a ai ale și sau dar dacă pentru că este e sunt sunteți suntem era fost fi am ai are avem \
    aveți au pot poți poate puteți vreau vrea aș dori trebuie fac face făcut nu da încă deja mereu \
    niciodată nimic nimeni ce cine unde când cum cât costă care cu fără de la din în pe peste sub după \
    înainte azi ieri mâine săptămână zile zi lună an ore aici acum foarte mai mult puțin bine rău doar \
    alt tot toate cineva ceva acest această comanda comandă comenzi comandat colet coletul pachet \
    livrare livrat ajuns ajunge primit urmări urmărire retur returna schimba rambursare banii bani \
    înapoi plătit plata preț factură factura card cont număr numărul telefon adresa client ajutor ajuta \
    nevoie vorbesc vorbi persoană reală om operator aștept aștepta întârziere stricat spart lampă lampa \
    lumină bec funcționează magazin cumpărat anula anulez problemă întrebare răspuns garanție rezolvat \
    doi trei patru cinci vreau aceasta mele";

const SV: &str = "hej god morgon kväll tack tackar snälla ursäkta förlåt jag mig min mitt mina du dig din \
    ditt han hon den det vi oss vår vårt ni er de dem en ett och eller men om för att som är var vara \
    blir blev har hade ha kan kunde ska skulle vill måste får inte nej ja ännu än redan alltid aldrig \
    inget ingen vad vem när varför hur mycket många vilken med utan från till på i av hos efter \
    före under sedan mellan idag igår imorgon vecka veckor dagar år timmar här där nu snart väldigt \
    också bara mer igen beställning beställt beställa paket paketet leverans levererat leverera frakt \
    spåra retur returnera tillbaka pengar pengarna återbetalning faktura betala betalt betalning konto \
    kort nummer telefon adress kund kundtjänst hjälp hjälpa behöver någon person människa prata ringa \
    väntar vänta försenad trasig sönder lampa lampan ljus fungerar butik köpa köpt avbeställa ändra \
    problem fråga frågor svar garanti bra dåligt löst två tre fyra fem hejdå varit kommit mitt";

const VI: &str = "xin chào chao cảm ơn làm ơn vui lòng xin lỗi tôi mình em anh chị bạn của cua và hoặc \
    nhưng nếu vì là có không chưa rồi đã đang sẽ được muốn cần phải gì ai ở đâu khi nào tại sao thế \
    bao nhiêu giá lâu với cho từ đến trong ngoài trên dưới trước sau hôm nay qua mai tuần ngày tháng \
    năm giờ đây bây rất cũng chỉ hơn nữa lại đơn hàng đặt gói giao nhận theo dõi trả hoàn tiền đổi \
    thanh toán hóa thẻ tài khoản số điện thoại địa khách hỗ trợ giúp nói chuyện người thật nhân viên \
    gọi chờ đợi trễ hỏng vỡ đèn sáng hoạt động cửa mua hủy thay vấn đề câu hỏi bảo hành tốt xấu một hai \
    ba bốn toi khong duoc hang giao nguoi";

const ID: &str = "halo hai selamat pagi siang sore malam terima kasih makasih tolong mohon maaf saya aku \
    kamu anda dia kami kita mereka ini itu yang dan atau tapi tetapi jika kalau karena adalah ada tidak \
    bukan belum sudah akan bisa dapat ingin mau harus perlu apa siapa mana dimana kapan mengapa kenapa \
    bagaimana berapa dengan tanpa untuk dari ke di pada oleh dalam luar sebelum sesudah setelah hari \
    kemarin besok minggu bulan tahun jam disini sekarang sangat juga hanya lebih lagi pesanan pesan \
    memesan paket pengiriman dikirim kirim diterima terima sampai tiba melacak lacak kembalikan \
    pengembalian uang dana bayar membayar pembayaran harga tagihan kartu rekening nomor telepon alamat \
    pelanggan layanan bantuan bantu butuh berbicara bicara orang seseorang manusia hubungi menunggu \
    tunggu lama terlambat rusak pecah lampu nyala berfungsi toko beli membeli batalkan ganti masalah \
    pertanyaan jawaban garansi bagus buruk selesai satu dua tiga empat lima saja kok dong nih sih";

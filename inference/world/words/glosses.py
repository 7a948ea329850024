"""Other languages: small glossaries, word -> English words that the grammar reads. "" = nothing to see in it.

A prompt is read through one of them when most of its words are found there and not in English. The grammar is that of
English: what it does not catch is reported, as always.
"""

# ruff: noqa: E501 - wide characters count twice

from __future__ import annotations

_GERMAN = """ein a|eine a|einen a|einem a|einer a|eines a|der the|die the|das the|den the|dem the|des the|und and|oder or
im in the|in in|am at|an at|auf on|unter under|über over|mit with|ohne without|von from|vor in front of|hinter behind
neben next to|bei at|durch through|zum to|zur to|ist is|sind are|es it|er he|sie she|während while|dann then|sein his
seine his|ihr her|ihre her|kein no|keine no|nicht not|zwei two|drei three|vier four|fünf five|sechs six|viele many
einige some|katze cat|kater cat|katzen cats|hund dog|hunde dogs|pferd horse|pferde horses|fuchs fox|füchse foxes
wolf wolf|bär bear|hase rabbit|kaninchen rabbit|maus mouse|mäuse mice|elefant elephant|löwe lion|tiger tiger
affe monkey|frosch frog|kuh cow|kühe cows|schwein pig|schaf sheep|ziege goat|vogel bird|vögel birds|eule owl|ente duck
enten ducks|pinguin penguin|pinguine penguins|huhn chicken|fisch fish|fische fish|hai shark|wal whale|delfin dolphin
drache dragon|einhorn unicorn|dinosaurier dinosaur|schmetterling butterfly|biene bee|mann man|frau woman|junge boy
mädchen girl|kind child|kinder children|leute people|menschen people|roboter robot|ritter knight|könig king
königin queen|prinzessin princess|prinz prince|hexe witch|zauberer wizard|pirat pirate|koch chef|astronaut astronaut
clown clown|bauer farmer|arzt doctor|oma grandma|opa grandpa|auto car|autos cars|bus bus|zug train|boot boat|schiff ship
fahrrad bicycle|flugzeug airplane|rakete rocket|baum tree|bäume trees|blume flower|blumen flowers|ball ball|stern star
buch book|gitarre guitar|regenschirm umbrella|ballon balloon|kuchen cake|apfel apple|kürbis pumpkin|schneemann snowman
wald forest|wiese meadow|strand beach|meer sea|see lake|fluss river|stadt city|straße street|zimmer room|küche kitchen
wüste desert|berg mountain|berge mountains|mond moon|weltraum space|bauernhof farm|garten garden|park park|bühne stage
schloss castle|burg castle|dschungel jungle|himmel sky|höhle cave|vulkan volcano|bibliothek library|schule school
schlafzimmer bedroom|friedhof graveyard|markt market|regen rain|schnee snow|sturm storm|nebel fog|wind wind
wolken clouds|sonnenschein sunshine|nacht night|nachts night|tag day|morgen morning|abend evening|sonnenuntergang sunset
rot red|roter red|rote red|rotes red|roten red|rotem red|blau blue|blauer blue|blaue blue|blaues blue|blauen blue
blauem blue|grün green|grüner green|grüne green|grünes green|grünen green|gelb yellow|gelber yellow|gelbe yellow
gelbes yellow|gelben yellow|schwarz black|schwarzer black|schwarze black|schwarzes black|schwarzen black|weiß white
weißer white|weiße white|weißes white|weißen white|braun brown|brauner brown|braune brown|braunes brown|orange orange
lila purple|rosa pink|grau grey|grauer grey|graue grey|graues grey|klein small|kleiner small|kleine small|kleines small
kleinen small|groß big|großer big|große big|großes big|großen big|alt old|alter old|alte old|altes old|alten old
traurig sad|fröhlich happy|hut hat|kleid dress|schal scarf|brille glasses|tanzt dances|tanzen dance|läuft runs
laufen run|rennt runs|rennen run|geht walks|gehen walk|springt jumps|springen jump|schläft sleeps|schlafen sleep
fliegt flies|fliegen fly|schwimmt swims|schwimmen swim|sitzt sits|sitzen sit|singt sings|singen sing|spielt plays
spielen play|isst eats|frisst eats|essen eat|trinkt drinks|liest reads|malt paints|kocht cooks|winkt waves
lacht laughs|weint cries|klettert climbs|gräbt digs|jagt chases|verfolgt chases|hält holding|trägt carries|reitet riding
fährt drives|sagt says"""
_SPANISH = """un a|una a|unos some|unas some|el the|la the|los the|las the|y and|o or|en in|con with|sin without|de of
del of the|al to|a to|bajo under|sobre on|entre between|por through|mientras while|es is|son are|está is|que that|su his
no not|dos two|tres three|cuatro four|cinco five|seis six|muchos many|muchas many|gato cat|gata cat|gatos cats|perro dog
perra dog|perros dogs|caballo horse|caballos horses|zorro fox|lobo wolf|oso bear|conejo rabbit|ratón mouse
elefante elephant|león lion|tigre tiger|mono monkey|rana frog|vaca cow|vacas cows|cerdo pig|oveja sheep|cabra goat
pájaro bird|pájaros birds|búho owl|pato duck|patos ducks|pingüino penguin|pingüinos penguins|gallina chicken|pez fish
peces fish|tiburón shark|ballena whale|delfín dolphin|dragón dragon|unicornio unicorn|dinosaurio dinosaur
mariposa butterfly|abeja bee|hombre man|mujer woman|niño boy|niña girl|niños children|gente people|robot robot
caballero knight|rey king|reina queen|princesa princess|príncipe prince|bruja witch|mago wizard|pirata pirate
cocinero chef|astronauta astronaut|payaso clown|granjero farmer|abuela grandma|abuelo grandpa|coche car|autobús bus
tren train|barco boat|bicicleta bicycle|avión airplane|cohete rocket|árbol tree|flor flower|flores flowers|pelota ball
estrella star|libro book|guitarra guitar|paraguas umbrella|globo balloon|pastel cake|manzana apple|calabaza pumpkin
bosque forest|prado meadow|playa beach|mar sea|lago lake|río river|ciudad city|calle street|habitación room|cocina kitchen
desierto desert|montaña mountain|montañas mountains|luna moon|espacio space|granja farm|jardín garden|parque park
escenario stage|castillo castle|selva jungle|cielo sky|cueva cave|volcán volcano|biblioteca library|escuela school
dormitorio bedroom|cementerio graveyard|mercado market|lluvia rain|nieve snow|tormenta storm|niebla fog|viento wind
noche night|día day|amanecer dawn|atardecer sunset|rojo red|roja red|azul blue|verde green|amarillo yellow
amarilla yellow|negro black|negra black|blanco white|blanca white|marrón brown|naranja orange|morado purple|rosa pink
gris grey|pequeño small|pequeña small|grande big|viejo old|vieja old|feliz happy|triste sad|sombrero hat|vestido dress
bufanda scarf|baila dances|bailan dance|corre runs|corren run|camina walks|caminan walk|salta jumps|saltan jump
duerme sleeps|duermen sleep|vuela flies|vuelan fly|nada swims|nadan swim|canta sings|cantan sing|juega plays
juegan play|come eats|comen eat|bebe drinks|lee reads|pinta paints|saluda waves|ríe laughs|llora cries|persigue chases
sostiene holding|monta riding|dice says"""
_FRENCH = """un a|une a|des some|le the|la the|les the|l the|et and|ou or|dans in|en in|sur on|sous under|avec with
sans without|de of|du of the|à at|au at the|aux at the|devant in front of|derrière behind|près near|par through|est is
sont are|il he|elle she|pendant while|deux two|trois three|quatre four|cinq five|six six|chat cat|chats cats|chien dog
chiens dogs|cheval horse|chevaux horses|renard fox|loup wolf|ours bear|lapin rabbit|souris mouse|éléphant elephant
lion lion|tigre tiger|singe monkey|grenouille frog|vache cow|vaches cows|cochon pig|mouton sheep|chèvre goat|oiseau bird
oiseaux birds|hibou owl|canard duck|canards ducks|pingouin penguin|poule chicken|poisson fish|poissons fish|requin shark
baleine whale|dauphin dolphin|dragon dragon|licorne unicorn|papillon butterfly|abeille bee|homme man|femme woman
garçon boy|fille girl|enfant child|enfants children|gens people|robot robot|chevalier knight|roi king|reine queen
princesse princess|sorcière witch|magicien wizard|pirate pirate|cuisinier chef|astronaute astronaut|clown clown
fermier farmer|voiture car|bus bus|train train|bateau boat|vélo bicycle|avion airplane|fusée rocket|arbre tree
fleur flower|fleurs flowers|ballon ball|étoile star|livre book|guitare guitar|parapluie umbrella|gâteau cake|pomme apple
citrouille pumpkin|forêt forest|prairie meadow|plage beach|mer sea|lac lake|rivière river|ville city|rue street
chambre bedroom|cuisine kitchen|désert desert|montagne mountain|montagnes mountains|lune moon|espace space|ferme farm
jardin garden|parc park|scène stage|château castle|jungle jungle|ciel sky|grotte cave|volcan volcano
bibliothèque library|école school|cimetière graveyard|marché market|pluie rain|neige snow|tempête storm
brouillard fog|vent wind|nuit night|jour day|aube dawn|coucher sunset|rouge red|bleu blue|bleue blue|vert green
verte green|jaune yellow|noir black|noire black|blanc white|blanche white|marron brown|orange orange|violet purple
violette purple|rose pink|gris grey|grise grey|petit small|petite small|grand big|grande big|vieux old|vieille old
heureux happy|triste sad|chapeau hat|robe dress|écharpe scarf|danse dances|dansent dance|court runs|courent run
marche walks|saute jumps|dort sleeps|dorment sleep|vole flies|volent fly|nage swims|chante sings|joue plays|mange eats
boit drinks|lit reads|peint paints|rit laughs|pleure cries|poursuit chases|tient holding|dit says"""
# Written without spaces: the longest piece first. Particles become a comma, which ends a phrase.
_JAPANESE = """女の子 girl|男の子 boy|ロボット robot|ドラゴン dragon|ペンギン penguin|ウサギ rabbit|台所 kitchen|公園 park
図書館 library|宇宙 space|海岸 beach|砂浜 beach|電車 train|赤い red|青い blue|白い white|黒い black|黄色い yellow|緑の green
大きい big|大きな big|小さい small|小さな small|踊る dances|踊って dances|走る runs|走って runs|歩く walks|歩いて walks
飛ぶ flies|飛んで flies|泳ぐ swims|泳いで swims|眠る sleeps|眠って sleeps|寝る sleeps|寝て sleeps|歌う sings|歌って sings
食べる eats|食べて eats|読む reads|読んで reads|猫 cat|犬 dog|鳥 bird|魚 fish|馬 horse|牛 cow|熊 bear|狐 fox|狼 wolf|車 car
船 boat|花 flower|木 tree|森 forest|海 sea|山 mountains|川 river|街 city|町 city|庭 garden|空 sky|月 moon|夜 night|朝 morning
雨 rain|雪 snow|男 man|女 woman|王 king|いる |が |は |の |で ,|に ,|を ,|と and"""
_CHINESE = """女孩 girl|男孩 boy|机器人 robot|企鹅 penguin|兔子 rabbit|厨房 kitchen|公园 park|图书馆 library|太空 space
海滩 beach|沙滩 beach|森林 forest|火车 train|红色 red|蓝色 blue|白色 white|黑色 black|黄色 yellow|绿色 green|跳舞 dances
跑步 runs|奔跑 runs|走路 walks|睡觉 sleeps|唱歌 sings|游泳 swims|飞翔 flies|吃 eats|跑 runs|飞 flies|小狗 puppy|小猫 kitten
猫 cat|狗 dog|鸟 bird|鱼 fish|马 horse|牛 cow|熊 bear|狐狸 fox|狼 wolf|龙 dragon|汽车 car|船 boat|花 flower|树 tree|海 sea
山 mountains|河 river|城市 city|花园 garden|天空 sky|月亮 moon|夜晚 night|早晨 morning|雨 rain|雪 snow|男人 man|女人 woman
国王 king|一只 a|一个 a|两只 two|三只 three|红 red|蓝 blue|白 white|黑 black|的 |在 ,|上 |里 |和 and|着 |中 """


def _table(text: str) -> dict[str, str]:
    pairs = (entry.partition(" ") for line in text.splitlines() for entry in line.split("|") if entry)
    return {word: english.strip() for word, _, english in pairs}


SPACED: dict[str, dict[str, str]] = {
    "German": _table(_GERMAN), "Spanish": _table(_SPANISH), "French": _table(_FRENCH),
}  # fmt: skip
JOINED: dict[str, dict[str, str]] = {"Japanese": _table(_JAPANESE), "Chinese": _table(_CHINESE)}

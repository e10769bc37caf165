"""Given names, family names, places and venues from many cultures. Every combination is invented."""

from __future__ import annotations

from aggregator.simulator.phrases import words

# (given names, family names): combined by chance within a culture, so that they sound like people.
CULTURES: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (
        words(
            "Wei / Xiaoming / Yifan / Jing / Haoran / Lihua / Zixuan / Mengyao / Guoqiang / Ruoxi / Tianyu / Shu"
        ),
        words("Wang / Zhang / Liu / Chen / Huang / Zhao / Xu / Zhou / Lü / Guo / He / Ouyang / Deng / Xie"),
    ),
    (
        words("Haruto / Yuki / Sakura / Kenji / Aiko / Takumi / Naoko / Shin'ichi / Emi / Ryōta"),
        words("Tanaka / Kobayashi / Ōmori / Yamashiro / Itō / Fujikawa / Mori / Nishida / Hayasaka"),
    ),
    (
        words("Min-jun / Seo-yeon / Ji-hoon / Ha-eun / Dong-hyun / Soo-ah / Jae-won"),
        words("Kim / Lee / Park / Choi / Jeong / Yoon / Kwon / Bae"),
    ),
    (
        words("Ananya / Rohan / Priya / Vikram / Lakshmi / Arjun / Meera / S. K. / Devika / Harish / Ishaan"),
        words(
            "Sharma / Iyer / Chatterjee / Reddy / Nair / Banerjee / Kulkarni / Gill / Desai / Mukhopadhyay"
        ),
    ),
    (
        words("Lars / Ingrid / Søren / Åsa / Björn / Sigrún / Mikkel / Þóra / Tuomas / Aino"),
        words("Ødegård / Lindström / Nyström / Kjær / Sørbø / Mäkelä / Hålander / Guðmundsson / Virtasalo"),
    ),
    (
        words("Jürgen / Katharina / Matthias / Anneliese / Jörg / Ulrike / Moritz / Hans-Peter"),
        words(
            "Müllersberg / Schröderfeld / Weiß / Köhlmann / von Altenbruch / Jägerling / Großkopf / Brandl"
        ),
    ),
    (
        words("François / Élodie / Théo / Hélène / Jean-Luc / Maëlle / Aurélien / Noé"),
        words("Lefèvre-Dumont / Garçonnet / d'Aubigny / Bélanger / Mérigot / Thibault / Châtelet-Roux"),
    ),
    (
        words("José / María / Iñigo / Begoña / Andrés / Lucía / Joaquín / Núria / Xosé / Álvaro"),
        words("Muñoz Tellería / Pérez-Abadía / Ibáñez / Castelló / Quiñones / Vázquez Oro / Echeverría"),
    ),
    (
        words("João / Inês / Thiago / Conceição / Antônio / Larissa / Gonçalo"),
        words("Magalhães / da Conceição / Araújo / Simões Prata / Falcão / dos Reis"),
    ),
    (
        words("Jan / Agnieszka / Łukasz / Božena / Jiří / Zdeňka / Paweł / Małgorzata / Ondřej"),
        words("Wiśniowski / Kováříková / Dvořan / Łopatka / Šimůnek / Żurawski / Černohorský / Gęsicki"),
    ),
    (
        words("László / Zsófia / Gergő / Ágnes / Ştefan / Ioana / Mihai / Đorđe / Željka / Ana"),
        words("Szűcsffy / Kőrösi-Nagy / Ţepeluş / Ionescu / Marković / Bărbulescu / Čolak / Vukšić"),
    ),
    (
        words("Aleksei / Daria / Nikolai / Oksana / Yevhen / Tatiana / Ruslan / Iryna"),
        words("Vorobyshev / Kovalenchuk / Sidorenko-Bely / Petrashova / Zaytsevsky / Hrytsak"),
    ),
    (
        words("Mehmet / Ayşe / Çağlar / İpek / Özgür / Şebnem / Gökçe / Tuğba"),
        words("Yıldızhan / Öztürkmen / Çelikbağ / Güneşoğlu / Aydınlı / Şahinkaya"),
    ),
    (
        words("Fatima / Omar / Leila / Hassan / Nour / Reza / Parisa / Khalid / Shirin"),
        words("al-Rashidi / Haddadin / Ben Youssef / Mohammadpour / El-Sayegh / Ghorbanzadeh / Khoury-Naim"),
    ),
    (
        words("Nguyễn Anh / Thu Hà / Minh Đức / Siti / Budi / Somchai / Maria Clara / Thiri"),
        words("Trần / Phạm / Lê / Wijayanto / Suksomboon / Dimaculangan / Kusumawati / Võ"),
    ),
    (
        words("Chidi / Amara / Kwame / Thandiwe / Oluwaseun / Zola / Tendai / Abebech / Wanjiku"),
        words("Okonjo / Mensah-Addo / Dlaminika / Adébáyọ̀ / Tesfamariam / Nkosana / Mwangiru"),
    ),
    (
        words("Emily / Daniel J. / Grace / Oliver / Siobhán / R. M. / Eleanor / Tāne / T. / Marcus"),
        words(
            "Whitlock / O'Farrelly / Hargreaves-Moss / MacAskilton / Pemberly / Ngātai / Stonebridge / Brown"
        ),
    ),
    (
        words("Giulia / Matteo / Niccolò / Chiara / Eleftheria / Nikos / Yannis / Davide"),
        words(
            "Bevilacquari / Fontanarossa / D'Amatrice / Papadimitrakis / Zòccoli / Theodoridou / Colapietra"
        ),
    ),
)

SUFFIXES = words("Jr. / III / II")

PLACES = words("""
    Lakemouth / Nordhavn / Valmare / Ashwick / Kitanohara / São Telmo / Bad Eichenried / Xinhe / Tell Amar / Umlazana
    Port Ellery / Villeclaire / Rietveldt / Kapitolna / Suryapatnam / New Carrick / Isla Serena / Østfjell / Győrszeg
""")

COUNTRIES = words("""
    Germany / India / Brazil / USA / Japan / Kenya / Norway / Chile / Türkiye / Canada / Viet Nam / Côte d'Ivoire / UK
""")

INSTITUTIONS = words("""
    University of <place> / <place> Institute of Technology / Technical University of <place>
    Department of Physics, University of <place>, <country> / School of Mathematics & Statistics, <place> University
    Laboratoire <place>, CNRS-like Unit 99, <country> / <place> Research
    National Centre for Computing, <place>, <country>
    Max Muster Institute, <place> / Observatory of <place>, <country> / R&D Division, <place> Works Ltd., <country>
""")

COLLABORATIONS = words("ALBATROSS / LUMEN / Borealis / SAMPLE-300 / HEXAGON / DeepTide / MERIDIAN")

CONFERENCES = words("""
    the 9th Sample Conference on Methods (SCM) / the Imaginary Workshop on Foundations / the Nowhere Symposium
    MOCKS 2026 / the Fifth Invented Days of Theory
""")

JOURNALS = words("""
    J. Inv. Res. / Trans. Sample Papers / Ann. Made-up Results / Proc. Fictional Soc. A / Lett. Sampling
    Acta Imag. / Z. Erfundene Phys. / Mock & Model
""")

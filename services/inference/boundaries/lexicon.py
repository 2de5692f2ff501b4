"""Words that tell of sentence ends: abbreviations and function words, in groups that all languages share.

Written for Kerf from general knowledge of English, German, Spanish, French, Italian and Portuguese
legal and everyday text; without final periods, in lower case. A word in several groups counts for the
first.
"""

from enum import IntEnum
from functools import cache

import numpy as np

from services.inference.boundaries.arrays import Bytes, Hashes
from services.inference.boundaries.index import Index
from services.inference.boundaries.tokens import hashes_of


class Group(IntEnum):
    """What a word is."""

    NONE = 0
    VERSUS = 1
    TITLE = 2
    """Before a name."""
    CITED = 3
    """Reporters, courts, parts of citations."""
    PART = 4
    """Abbreviated units that a number follows."""
    UNIT = 5
    """The same, written out."""
    MONTH = 6
    COMPANY = 7
    PLACE = 8
    LATIN = 9
    SHORT = 10
    """Other abbreviations."""
    SIGNAL = 11
    """Begins a citation."""
    LINKING = 12
    """Prepositions and conjunctions: no sentence ends with one."""
    DETERMINER = 13
    PRONOUN = 14
    ADVERB = 15
    """Often begins a sentence."""
    VERB = 16
    """Auxiliary verbs."""
    ROMAN = 17


_WORDS = {
    Group.VERSUS: "v vs versus",
    Group.TITLE: """
        mr mrs ms mx messrs dr drs prof hon rev fr sr jr st sgt capt cpt lt col maj gen adm cmdr gov
        sen rep pres supt insp det atty att'y ald amb asst dir esq jj j c.j a.j magis sra srta dra d
        dª exmo exma ilmo sig sigg dott dott.ssa avv prof.ssa on ing geom rag mme mmes mlle mm me
        mgr hr dipl rer nat h.c phil med jur univ
    """,
    Group.CITED: """
        f f.2d f.3d f.supp supp app appx app'x cir ct cts dist div ed l.ed s.ct u.s u.s.c u.s.c.a
        c.f.r fed reg stat rev so n.e n.w s.e s.w p.2d p.3d a.2d a.3d n.e.2d n.w.2d s.e.2d s.w.2d
        s.w.3d so.2d cal.app cal.rptr rptr n.y.s n.y.s.2d ill.app misc wl lexis vet vet.app b.r t.c
        f.r.d u.s.p.q cert den aff'd rev'd aff rem'd gr jour cong sess rec const amend bankr crim
        civ evid proc prac r.r ann code comm'n comm'r comp gen'l dep't gov't int'l nat'l ass'n
        ass'ns sec'y att'ys eng'g envtl educ elec exch fin indem ins lab mach mfg mfr mgmt mkt mun
        prods prop pub ref res ry sav sci serv servs sys tel transp util cas cass sez un pen trib
        corte app.to bgh bverfg bverwg bgbl bgb stgb stpo zpo gg hgb abl rs rn nr vgl aufl urt
        beschl az lg olg vg ovg kg bag bsg bfh eugh njw nzg nstz stc sts satc ro boe cc cp lec
        lecrim loc cit op ss sgg segg comma conv mod d.lgs d.l d.p.r l r.d t.u c.c c.p c.p.c c.p.p
        gazz uff cod consid cpv cost bge dtf disp dpr dl dlgs bull j.o j.o.r.f cons d.c dec ord rcs rg req
        rel min des stj stf tj trf tst hc resp re agr agrg
    """,
    Group.PART: """
        no nos art arts sec secs § §§ para paras par pars cl cls pt pts vol vols p pp pg pgs n nn fn
        fig figs tab ch chs chap tit bk app exh exhs ex subd subsec subpar sched schd item ln ll col
        cols nº n° nr núm num pág págs pag pagg apdo ap inc abs satz s ziff lit anm kap bd hrsg bl f
        ff fl fls alin al lett let cap capo att lit alín inc par rdn marg rz tz
    """,
    Group.UNIT: """
        section sections article articles chapter paragraph paragraphs part parts title rule rules
        figure table appendix exhibit schedule clause subsection count step item number page volume
        note artículo artículos apartado capítulo párrafo artikel absatz nummer kapitel teil
        articolo articoli comma capitolo allegato numero artigo artigos parágrafo inciso alínea
        chapitre paragraphe alinéa annexe anexo anlage
    """,
    Group.MONTH: """
        jan feb mar apr jun jul aug sep sept oct nov dec january february march april may june july
        august september october november december mon tue tues wed thu thur thurs fri sat sun ene
        abr ago dic janv févr avr juil déc januar februar märz mai juni juli oktober dezember jän
        okt dez gen mag giu lug set ott enero febrero marzo abril mayo junio julio agosto septiembre
        octubre noviembre diciembre janvier février mars avril juin juillet août septembre octobre
        novembre décembre gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre
        janeiro fevereiro março maio junho julho setembro outubro novembro dezembro
    """,
    Group.COMPANY: """
        inc ltd corp co cos llc llp lp plc bros assoc assocs gmbh ag kg ohg mbh s.a s.l s.p.a s.r.l
        s.a.s sarl s.a.r.l n.v b.v pty pte lda ltda cia cía sté ets
    """,
    Group.PLACE: """
        ala alaska ariz ark cal calif colo conn del fla ga haw idaho ill ind iowa kan ky la me md
        mass mich minn miss mo mont neb nev n.h n.j n.m n.y n.c n.d ohio okla or ore pa r.i s.c s.d
        tenn tex utah vt va wash w.va wis wyo d.c p.r u.k e.u u.n ave blvd rd hwy rte ste apt bldg
        fl dept mt ft str straße pl pza avda c/
    """,
    Group.LATIN: """
        e.g eg i.e ie etc al et.al viz seq ibid ib id op.cit loc.cit ca approx cf q.v n.b p.s a.k.a
        aka d.b.a f.k.a a.m p.m a.d b.c ad.es p.ej p.es z.b d.h u.a u.s.w usw bzw ggf evtl inkl zzgl
        c.à.d p.ex v.g ecc
    """,
    Group.SHORT: """
        est max min tel fax ext incl excl avg temp wt ht hrs hr mins secs yr yrs mo mos wk lb lbs oz
        ft in sq cu gal mph rpm med diag dx hx tx rx hosp clin phys psych b.v.a d.v.a dva va ro bva
        ph.d m.d d.o r.n l.p.n j.d ll.b ll.m b.a b.s m.a m.s m.b.a d.d.s d.c.s i.q g.a.f gaf c.v v.a
        l.j resp rep orig transl trans eds ed comp suppl cont'd cont tr dep aff decl mem mot opp br
        def defs pl pls pet'r resp't app'ee app'nt ud uds vd vds ntra dña gral admón excmo excma
        ilma sres bv sog.ni ss.uu m.le p.m p.g p.q.m v.r sr.a exm.o art.º jun sen bes gem geb gest
        ehem sog vorm
    """,
    Group.SIGNAL: """
        see cf accord compare contra quoting citing id ibid supra infra véase vid vgl siehe voir
        vedi cfr vide
    """,
    Group.LINKING: """
        of in to for by from with and or nor at on as under between among into upon against during
        without within through over after before about above below since until than if because
        although while whether that which who whom whose where when unless per via de del en para
        por con y o u e ni que a al desde hasta sobre entre sin si como donde cuando cuyo du des au
        aux et ou dans pour par avec sur sous sans dont qui où di da dal dalla dei delle della nel
        nella su tra fra ed od che il quale do no na em com sem sob pelo pela nos nas um und oder
        von vom zu zum zur mit für bei nach aus auf über unter zwischen durch gegen ohne als wie
        dass ob wenn weil im am an
    """,
    Group.DETERMINER: """
        the a an this these those its his her their our my your such any each every no some all both
        el la los las un una unos unas este esta estos estas dicho dicha su sus le les une ce cette
        ces son sa ses leur leurs lo gli i uno il questa questo tale os as seu sua der die das den
        dem des ein eine einer eines einem einen dieser diese dieses sein seine ihre ihr
    """,
    Group.PRONOUN: """
        he she it they we i you one there what é il elle ils elles on nous vous je io noi egli essa
        ella ele eles ela nós er sie es wir ich man se ello
    """,
    Group.ADVERB: """
        however moreover furthermore thus therefore accordingly consequently nevertheless
        nonetheless indeed finally first second third then also but yet so additionally similarly
        likewise instead rather here now although pursuant according given sin embargo además
        asimismo así pues ahora bien tampoco pero no toutefois cependant ainsi donc enfin mais or
        attendu considérant tuttavia inoltre infatti pertanto quindi così ma né non porém contudo
        assim portanto ademais todavia mas não jedoch aber auch daher somit dagegen zudem dabei hier
        nun
    """,
    Group.VERB: """
        is are was were be been being has have had do does did shall must may might will would can
        could should es son fue fueron era ser sido ha han había debe puede est sont était été être
        a ont avait doit peut è sono stato essere hanno aveva deve può é são foi eram tem têm havia
        pode ist sind war waren wird werden wurde wurden hat haben hatte kann muss soll
    """,
    Group.ROMAN: """
        i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx xxi xxii xxv xxx xl l
    """,
}  # fmt: skip


@cache
def _groups() -> tuple[Index, Bytes]:
    """An index of all words, and their groups after NONE."""
    found: dict[str, Group] = {}
    for group, words in _WORDS.items():
        for word in words.split():
            found.setdefault(word, group)
    return Index(hashes_of(list(found))), np.array([Group.NONE, *found.values()], np.uint8)


def groups_of(words: Hashes) -> Bytes:
    """The group of each hashed word."""
    index, groups = _groups()
    return groups[index.find(words)]

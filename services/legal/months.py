"""Names of months and ordinal days in six languages."""

_NAMES = {
    1: "january jan januar jänner janvier enero ene gennaio janeiro",
    2: "february feb februar février fevrier febrero febbraio fevereiro fev",
    3: "march mar märz maerz mars marzo março marco",
    4: "april apr avril abril aprile",
    5: "may mai mayo maggio maio",
    6: "june jun juni juin junio giugno junho",
    7: "july jul juli juillet julio luglio julho",
    8: "august aug août aout agosto",
    9: "september sep sept septembre septiembre setiembre settembre setembro",
    10: "october oct oktober okt octobre octubre ottobre outubro",
    11: "november nov novembre noviembre novembro",
    12: "december dec dezember dez décembre diciembre dicembre dezembro",
}
MONTHS = {name: month for month, names in _NAMES.items() for name in names.split()}
"""Month by name in lower case, without the stop of an abbreviation."""

_DAYS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth twenty-first twenty-second "
    "twenty-third "
    "twenty-fourth twenty-fifth twenty-sixth twenty-seventh twenty-eighth twenty-ninth thirtieth "
    "thirty-first"
)
DAYS = {name: day for day, name in enumerate(_DAYS.split(), 1)}
"""Day of a month by its English ordinal."""

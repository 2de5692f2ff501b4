"""Abbreviations of the reporters that judgments of the United States are cited by, without their spaces."""

_FEDERAL = (
    "U.S. S.Ct. S.Ct L.Ed. L.Ed.2d F. F.2d F.3d F.4th F.Supp. F.Supp.2d F.Supp.3d F.App'x Fed.Appx. "
    "Fed.App'x F.R.D. "
    "B.R. Fed.Cl. Cl.Ct. Ct.Cl. Ct.Int'lTrade M.J. C.M.A. C.M.R. T.C. T.C.M. Vet.App. C.C.P.A. "
    "U.S.App.D.C. App.D.C. "
    "U.S.L.W. WL Wall. How. Pet. Wheat. Cranch Dall. Black Otto F.Cas. Fed.R.Serv. F.C.C. F.C.C.2d "
    "N.L.R.B. "
    "I.&N.Dec. I&NDec. S.E.C. F.T.C. I.C.C. U.S.P.Q. U.S.P.Q.2d Cust.Ct. B.T.A."
)
_REGIONAL = (
    "A. A.2d A.3d P. P.2d P.3d N.E. N.E.2d N.E.3d N.W. N.W.2d S.E. S.E.2d S.W. S.W.2d S.W.3d So. So.2d "
    "So.3d "
    "N.Y.S. N.Y.S.2d N.Y.S.3d Cal.Rptr. Cal.Rptr.2d Cal.Rptr.3d Ill.Dec."
)
_STATES = (
    "Ala. Alaska Ariz. Ark. Cal. Cal.2d Cal.3d Cal.4th Cal.5th Cal.App. Cal.App.2d Cal.App.3d Cal.App.4th "
    "Cal.App.5th "
    "Colo. Conn. Conn.App. Del. Del.Ch. Fla. Ga. Ga.App. Haw. Idaho Ill. Ill.2d Ill.App. Ill.App.2d "
    "Ill.App.3d Ind. Ind.App. "
    "Iowa Kan. Kan.App. Kan.App.2d Ky. La. La.Ann. Me. Md. Md.App. Mass. Mass.App.Ct. Mich. Mich.App. "
    "Minn. Miss. Mo. "
    "Mo.App. Mont. Neb. Nev. N.H. N.J. N.J.Super. N.J.L. N.J.Eq. N.M. N.Y. N.Y.2d N.Y.3d A.D. A.D.2d "
    "A.D.3d Misc. Misc.2d "
    "Misc.3d N.C. N.C.App. N.D. Ohio OhioSt. OhioSt.2d OhioSt.3d OhioApp. OhioApp.2d OhioApp.3d Okla. "
    "Okla.Crim. Or. "
    "Or.App. Pa. Pa.Super. Pa.Commw. R.I. S.C. S.D. Tenn. Tenn.App. Tex. Tex.Crim. Tex.Cr.R. Utah Utah2d "
    "Vt. Va. Va.App. Wash. "
    "Wash.2d Wash.App. Wn. Wn.2d Wn.App. W.Va. Wis. Wis.2d Wyo. P.R. Johns. Cow. Wend. Hill Barb. Hun "
    "Pick. Met. Gray "
    "Cush. Allen Leigh Gratt. How.Pr. Denio Paige"
)
_ENGLISH = "Eng.Rep. K.B. Q.B. A.C. Ch. App.Cas. Cr.App.R. W.L.R. AllE.R. Burr. Co.Rep. T.R."
REPORTERS = frozenset(f"{_FEDERAL} {_REGIONAL} {_STATES} {_ENGLISH}".split())

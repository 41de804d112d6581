/*
 * Mutants: faulty designs, each one altered step of one actor. The number is
 * read when the verifier starts; 0 is the system as documented. mutants.tsv
 * says which rule has to notice which mutant.
 */
#define MUT(m)		(mut == m)

/* requester */
#define HANG		1
#define REUSE		2
#define DELINCOMPL	3
#define COMPLFAIL	4
#define COMPLEARLY	5
#define SUCCFAIL	6
#define NOVERDICT	7
#define READLATE	8
#define RELCOMPL	9
#define NOSTATUS	10
#define WRITERLESS	11
#define COMPLABORT	12
#define READAFTER	13
#define USEAFTER	14
#define RELBUSY		15
#define COMFIRST	16
#define TWICE		17
#define FORGET		18
#define DELAUTO		19
#define DELFIRST	20
#define NODEL		21
#define NOLOOKDEL	22
#define DELTWICE	23
#define DELONLY		24
#define DELEARLY	25
#define DELREAD		26
#define NOABORT		27
#define RELABORT	28
#define ABRESTORE	29
#define NOMETA		30
#define NOPREP		31
#define PROPEARLY	32
#define SUCCLATE	33
#define SUCCEARLY	34
#define CANCELOK	35
#define IMPATIENT	36
#define NOLOOK		37
#define CLAIM		38
#define BLIND		39
#define BUSYON		40
#define EMPTY		41
#define NOINIT		42
#define CTXLATE		43
#define NOSTATE		44
#define ADDLATE		45
#define DELOLDEST	46
#define DELAGAIN	47

/* service (with provider) */
#define NODROP		50
#define DROPFAILED	51
#define ABPO		52
#define NORUNDOWN	53
#define BCCRASH		54
#define BCLATE		55
#define ABLATE		56
#define WRONGID		57
#define DELEVENT	58
#define DUPSD		59
#define DROPPERS	60
#define NWEVENTS	61
#define DISORDER	62
#define NOTHAW		63
#define EARLYCOMMIT	64
#define HOLDOK		65
#define NOLOCK		66
#define NOFILTER	67
#define NOLOCKDO	68
#define NORELEASE	69
#define UNSEL		70
#define STICKYLOCK	71
#define EMPTYSET	72
#define HALF		73
#define CRASHLOCK	74
#define NOHOLD		75
#define HELDTHAW	76
#define EARLYABORT	77
#define NOPABORT	78

/* writer */
#define MARKSD		80
#define ABFAILS		81
#define IGNABORT	82
#define BCONLY		83
#define GETSD		84
#define GETBC		85
#define NOSHUT		86
#define TRUNCSD		87
#define WRONGCLEAN	88
#define SDQUIET		89
#define LATETHAW	90
#define QUIETFAIL	91
#define STUCK		92
#define TRUNCCOPY	93
#define TRUNCEARLY	94
#define NOFREE		95
#define TIMERRACE	96
#define NOTIMER		97
#define IDFAILS		98

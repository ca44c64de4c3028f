//! On which list of the desk a parcel stands.

/// What is next at the desk. The number is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(i64)]
pub enum Place {
    /// A result to be packed (待封装).
    ToPack = 10,
    /// Packed, to be given to the courier (待交寄).
    ToGive = 20,
    /// With the courier or waiting for it (在途).
    UnderWay = 30,
    /// To be scanned in: originals that arrived, parcels that came back (待收).
    ToReceive = 40,
    /// Papers of a citizen's at the office: to the archive or back (在手).
    Held = 50,
    /// Nothing more to do.
    Done = 90,
}

impl Place {
    /// Every list, in the order of the desk.
    pub const ALL: [Place; 6] =
        [Place::ToPack, Place::ToGive, Place::UnderWay, Place::ToReceive, Place::Held, Place::Done];

    /// The stored number.
    pub fn number(self) -> i64 {
        self as i64
    }

    /// Stable name, for programs and addresses.
    pub fn name(self) -> &'static str {
        match self {
            Place::ToPack => "to-pack",
            Place::ToGive => "to-give",
            Place::UnderWay => "under-way",
            Place::ToReceive => "to-receive",
            Place::Held => "held",
            Place::Done => "done",
        }
    }

    /// The list of this name.
    pub fn from_name(name: &str) -> Option<Place> {
        Place::ALL.into_iter().find(|place| place.name() == name)
    }
}

/// Why a parcel stands among the exceptions. The number is stored; the gravest comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(i64)]
pub enum Trouble {
    /// The courier says that it is lost.
    Lost = 1,
    /// The courier's reports contradict one another.
    Contradicted = 2,
    /// The receiver would not take it.
    Refused = 3,
    /// It came back.
    Returned = 4,
    /// The courier could not hand it over.
    NotDelivered = 5,
    /// The courier would not take the order.
    NotBooked = 6,
    /// No news for longer than is usual.
    Silent = 7,
}

impl Trouble {
    /// Every trouble.
    pub const ALL: [Trouble; 7] = [
        Trouble::Lost,
        Trouble::Contradicted,
        Trouble::Refused,
        Trouble::Returned,
        Trouble::NotDelivered,
        Trouble::NotBooked,
        Trouble::Silent,
    ];

    /// The stored number.
    pub fn number(self) -> i64 {
        self as i64
    }

    /// Stable name, for programs.
    pub fn name(self) -> &'static str {
        match self {
            Trouble::Lost => "lost",
            Trouble::Contradicted => "contradicted",
            Trouble::Refused => "refused",
            Trouble::Returned => "returned",
            Trouble::NotDelivered => "not-delivered",
            Trouble::NotBooked => "not-booked",
            Trouble::Silent => "silent",
        }
    }

    /// The trouble with this stored number.
    pub fn from_number(number: i64) -> Option<Trouble> {
        Trouble::ALL.into_iter().find(|trouble| trouble.number() == number)
    }

    /// In the middle of a Chinese sentence.
    pub fn word(self) -> &'static str {
        match self {
            Trouble::Lost => "快递说遗失了",
            Trouble::Contradicted => "快递前后说法不一",
            Trouble::Refused => "收件人拒收",
            Trouble::Returned => "退回来了",
            Trouble::NotDelivered => "没有投递成功",
            Trouble::NotBooked => "快递没有接单",
            Trouble::Silent => "太久没有消息",
        }
    }
}

//! What classes and ids say about an element: words that designers of many sites use in the same sense.

/// Longest class or id that is looked at, in bytes.
const LONGEST: usize = 60;
/// Classes of an element that are looked at.
const MOST: usize = 24;

/// A set of senses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Senses(u32);

impl Senses {
    /// Menus, paths, pagination, site furniture.
    pub(super) const NAV: Self = Self(1);
    /// Remarks of readers and the form for them.
    pub(super) const COMMENT: Self = Self(1 << 1);
    /// Buttons to share and follow.
    pub(super) const SHARE: Self = Self(1 << 2);
    /// Other documents.
    pub(super) const RELATED: Self = Self(1 << 3);
    /// Who wrote it.
    pub(super) const AUTHOR: Self = Self(1 << 4);
    /// Dates, numbers of views, reading time.
    pub(super) const META: Self = Self(1 << 5);
    /// Keywords, categories.
    pub(super) const TAGS: Self = Self(1 << 6);
    /// Cookie notices, dialogs, log-ins.
    pub(super) const DIALOG: Self = Self(1 << 7);
    /// Advertisements, newsletters, calls for donations.
    pub(super) const PROMO: Self = Self(1 << 8);
    /// Captions and credits of pictures.
    pub(super) const CREDIT: Self = Self(1 << 9);
    /// For screen readers or print only.
    pub(super) const UNSEEN: Self = Self(1 << 10);
    /// Who to ask.
    pub(super) const CONTACT: Self = Self(1 << 11);
    /// A short appeal to read something: a lead as often as a link.
    pub(super) const TEASER: Self = Self(1 << 12);
    /// The running text of a document.
    pub(super) const BODY: Self = Self(1 << 13);
    /// The part of a page that holds the document.
    pub(super) const CONTENT: Self = Self(1 << 14);
    /// A post of a weblog, whose other classes name its keywords.
    pub(super) const POST: Self = Self(1 << 15);
    /// The introduction.
    pub(super) const LEAD: Self = Self(1 << 16);
    /// Opens and closes.
    pub(super) const FOLD: Self = Self(1 << 17);
    /// Never text, however much it holds.
    pub(super) const STRONG: Self = Self(1 << 18);

    /// Whether any of `other` is among them.
    pub(super) fn any(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Both together.
    pub(super) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// The senses of the classes and the id of an element.
pub(super) fn senses(class: Option<&str>, id: Option<&str>) -> Senses {
    let mut all = Senses::default();
    let classes = class.unwrap_or("").split_ascii_whitespace().take(MOST);
    for name in classes.chain(id) {
        all = all.and(senses_of(name));
        if all.any(Senses::POST) {
            return all;
        }
    }
    all
}

fn senses_of(name: &str) -> Senses {
    let mut buffer = [0_u8; LONGEST * 2];
    let mut len = 0;
    let mut last_lower = false;
    // "mainMenu-item" is main, menu, item.
    for b in name.bytes().take(LONGEST) {
        if b.is_ascii_uppercase() && last_lower {
            buffer[len] = b'-';
            len += 1;
        }
        last_lower = b.is_ascii_lowercase();
        let joins = b.is_ascii_alphanumeric() || !b.is_ascii();
        buffer[len] = if joins { b.to_ascii_lowercase() } else { b'-' };
        len += 1;
    }
    let Ok(name) = std::str::from_utf8(&buffer[..len]) else { return Senses::default() };
    let mut all = whole(name);
    if all.any(Senses::POST.and(Senses::BODY)) {
        return all;
    }
    let mut first = "";
    for word in name.split('-').filter(|w| !w.is_empty()) {
        if matches!(word, "no" | "has" | "is" | "not" | "with" | "without" | "js" | "wp" | "closed" | "open")
        {
            // "no-comments", "with-sidebar": a state of something that holds more.
            if matches!(word, "no" | "has" | "not" | "with" | "without") {
                return all;
            }
            continue;
        }
        all = all.and(of_word(word)).and(of_pair(first, word));
        first = word;
    }
    all
}

/// Senses of a whole class or id, its words joined by hyphens.
fn whole(name: &str) -> Senses {
    match name {
        "articlebody" | "article-body" | "article--body" | "article-content" | "article--content"
        | "article-text" | "article-main" | "articletext" | "articlecontent" | "entry-content"
        | "entry-body" | "entry-text" | "entry--content" | "post-content" | "post-body" | "post-text"
        | "post-entry" | "postcontent" | "postbody" | "post--content" | "story-body" | "storybody"
        | "story-content" | "story-text" | "storytext" | "bodytext" | "body-text" | "rich-text"
        | "richtext" | "news-content" | "news-text" | "news-text-wrap" | "td-post-content"
        | "the-content" | "thecontent" | "single-content" | "blog-content" | "page-content-body"
        | "content-body" | "article-body-text" | "text-content" | "newstext" | "post-bodycopy"
        | "field-name-body" | "field--name-body" | "node-content" | "artikeltext" | "artikel-text" => {
            Senses::BODY
        }
        "content" | "main-content" | "maincontent" | "main" | "indhold" | "page-content" | "pagecontent"
        | "article" | "artikel" | "news-item" | "nyhed" | "content-main" | "maincol" | "contentmain"
        | "story" | "primary" | "single-post" | "post" | "entry" | "hovedindhold" | "inhalt" | "contenu"
        | "blog-post" => Senses::CONTENT,
        "hentry" | "h-entry" | "type-post" | "type-page" => Senses::POST,
        "sr-only" | "visually-hidden" | "visuallyhidden" | "screen-reader-text" | "element-invisible"
        | "print-only" | "noprint" | "no-print" | "visible-print" | "hide-text" | "screenreader" => {
            Senses::UNSEEN
        }
        "menu" | "nav" | "navigation" | "mainmenu" | "main-menu" | "topmenu" | "top-menu" | "submenu"
        | "sub-menu" | "sidemenu" | "megamenu" | "mega-menu" | "breadcrumb" | "breadcrumbs" | "skip-link"
        | "skiplink" | "sitemap" => Senses::NAV.and(Senses::STRONG),
        "cookieconsent"
        | "cookiebot"
        | "cybotcookiebotdialog"
        | "coioverlay"
        | "coi-overlay"
        | "cookie-information"
        | "cookie-consent"
        | "cookie-banner"
        | "coi-banner-wrapper"
        | "cookiebanner" => Senses::DIALOG.and(Senses::STRONG),
        "annonce" | "advertisement" => Senses::PROMO.and(Senses::STRONG),
        "comments" | "commentlist" | "comment-list" | "respond" | "comment-respond" | "disqus-thread"
        | "commentform" | "comment-form" | "comments-area" | "comment-body" | "comment-content"
        | "kommentare" | "kommentarer" | "commentaires" | "comentarios" | "komentarze"
        | "comments-section" => Senses::COMMENT.and(Senses::STRONG),
        "wp-caption-text" | "gallery-caption" | "image-caption" | "imagecaption" | "img-caption" => {
            Senses::CREDIT
        }
        "sharedaddy" | "jp-relatedposts" | "addtoany" | "shariff" => Senses::SHARE.and(Senses::STRONG),
        _ => Senses::default(),
    }
}

/// Senses of one word, wherever it stands.
fn of_word(word: &str) -> Senses {
    match word {
        "menu" | "submenu" | "nav" | "navbar" | "navi" | "navigation" | "breadcrumb" | "breadcrumbs"
        | "brodkrumme" | "pagination" | "pager" | "paging" | "skip" | "footer" | "toolbar" | "backtotop"
        | "totop" | "sidebar" | "sitemap" | "readspeaker" | "footnav" | "topnav" | "subnav" | "topbar"
        | "navigations" | "bottombar" | "sidenav" | "colophon" | "masthead" => Senses::NAV,
        "comment" | "comments" | "commentlist" | "commentform" | "kommentar" | "kommentare"
        | "kommentarer" | "commentaire" | "commentaires" | "comentario" | "comentarios" | "komentarz"
        | "komentarze" | "disqus" | "respond" | "replies" | "commenting" | "commentlink" | "livefyre"
        | "trackback" | "trackbacks" | "pingback" | "pings" | "guestbook" | "talkback" | "leserbriefe"
        | "commento" => Senses::COMMENT,
        "share" | "shares" | "sharing" | "sharebar" | "sharer" | "shariff" | "social" | "socials"
        | "socialmedia" | "sharedaddy" | "addtoany" | "addthis" | "some" | "teilen" | "bookmarks"
        | "sociable" | "socialbar" | "partager" | "shareaholic" | "ssba" | "sharebuttons" | "sharethis"
        | "facebook" | "twitter" | "pinterest" | "whatsapp" | "likes" | "rating" | "ratings" | "voting"
        | "feedback" => Senses::SHARE,
        "related" | "relateret" | "relaterede" | "recommended" | "recommendation" | "recommendations"
        | "recommend" | "recommends" | "empfehlung" | "empfehlungen" | "similar" | "popular" | "trending"
        | "outbrain" | "taboola" | "yarpp" | "crp" | "relatedposts" | "nextpost" | "prevpost"
        | "prevnext" | "nextprev" | "readmore" | "morenews" | "seealso" | "verwandt" | "verwandte"
        | "weiterlesen" | "relacionados" | "powiazane" | "linkbox" | "linklist" | "latest" | "plista"
        | "suggestions" | "mostread" | "relatedarticles" | "relatedcontent" | "nextstory" | "upnext"
        | "archives" | "linkliste" | "sibling" | "siblings" | "neighbours" => Senses::RELATED,
        "author" | "authors" | "byline" | "bylines" | "bio" | "biography" | "vcard" | "autor" | "autoren"
        | "auteur" | "authorbox" | "authorinfo" | "authorbio" | "contributor" | "contributors"
        | "gravatar" | "avatar" | "journalist" | "postedby" | "writer" | "skribent" => Senses::AUTHOR,
        "meta" | "metadata" | "metas" | "postmetadata" | "postmeta" | "entrymeta" | "dateline" | "date"
        | "datum" | "dato" | "time" | "timestamp" | "published" | "pubdate" | "postinfo" | "readingtime"
        | "views" | "datetime" | "postdate" | "infoline" | "articleinfo" | "artikelinfo" | "uhrzeit"
        | "counter" | "infobar" | "duration" => Senses::META,
        "tags" | "tag" | "taglist" | "taxonomy" | "categories" | "category" | "cat" | "keywords"
        | "tagcloud" | "schlagworte" | "stichworte" | "rubrik" | "kategorie" | "kategorien" | "topics"
        | "labels" | "kicker" | "dachzeile" | "taxonomies" | "hashtags" => Senses::TAGS,
        "cookie" | "cookies" | "consent" | "gdpr" | "dsgvo" | "popup" | "modal" | "overlay" | "login"
        | "signin" | "signup" | "lightbox" | "cookieconsent" | "tooltip" | "paywall" | "search"
        | "searchform" | "suche" | "captcha" | "toast" => Senses::DIALOG,
        "advert" | "advertisement" | "adverts" | "annonce" | "annoncer" | "ad" | "ads" | "adsense"
        | "anzeige" | "anzeigen" | "werbung" | "adbox" | "sponsor" | "sponsored" | "sponsors"
        | "affiliate" | "promo" | "promos" | "promotion" | "promoted" | "newsletter" | "newsletters"
        | "nyhedsbrev" | "subscribe" | "subscription" | "subscriptions" | "donate" | "donation"
        | "spenden" | "cta" | "patreon" | "banner" | "publicite" | "reklama" | "abo" | "mailchimp"
        | "optin" | "marketing" | "disclaimer" | "disclosure" | "copyright" | "license" | "licence"
        | "rights" | "imprint" | "teaserbox" | "adslot" | "advertorial" | "mashsb" | "adv" | "rss"
        | "feeds" | "printbutton" | "hotjar" => Senses::PROMO,
        "caption" | "captions" | "credit" | "credits" | "bildunterschrift" | "bildtext" | "billedtekst"
        | "photocredit" | "imagecredit" | "legende" | "fotograf" | "bildquelle" | "slideshow"
        | "copyrights" | "photographer" | "subcaption" | "bildnachweis" => Senses::CREDIT,
        "contact" | "kontakt" | "contacts" | "ansprechpartner" => Senses::CONTACT,
        "teaser" | "teasers" | "snippet" | "carousel" | "slider" | "recent" | "more" | "next"
        | "previous" | "prev" | "featured" | "links" | "thumbnails" | "anriss" => Senses::TEASER,
        "lead" | "lede" | "intro" | "manchet" | "manchetten" | "ingress" | "standfirst" | "excerpt"
        | "summary" | "abstract" | "vorspann" | "chapo" | "chapeau" | "perex" | "subline" | "underrubrik"
        | "introduction" | "dek" | "subheadline" => Senses::LEAD,
        "accordion" | "collapse" | "panel" | "tab" | "tabs" | "foldout" | "collapsible" | "expander"
        | "foldable" | "toggle" | "spoiler" => Senses::FOLD,
        _ => Senses::default(),
    }
}

/// Senses of two words that stand next to each other.
fn of_pair(first: &str, second: &str) -> Senses {
    match (first, second) {
        (
            "read" | "more" | "next" | "other" | "latest" | "recent" | "prev" | "previous" | "further"
            | "also",
            "more" | "news" | "posts" | "post" | "articles" | "article" | "stories" | "story" | "also"
            | "like" | "reading" | "from" | "read" | "entries",
        ) => Senses::RELATED,
        (
            "post" | "entry" | "article" | "news" | "content" | "page",
            "info" | "details" | "data" | "stats",
        ) => Senses::META,
        ("about", "author" | "me" | "autor") => Senses::AUTHOR,
        ("article" | "post" | "entry" | "content" | "page" | "story", "footer" | "actions" | "tools") => {
            Senses::RELATED
        }
        ("reading", "time") => Senses::META,
        _ => Senses::default(),
    }
}

//! Words with which notes about a document begin, in the languages that Danish readers meet: they are no text of it.

/// A longer line is no note.
const LONGEST: usize = 140;

/// Lower case, without marks around it.
fn plain(line: &str) -> Option<String> {
    if line.len() > LONGEST {
        return None;
    }
    let trimmed = line.trim_matches(|c: char| !c.is_alphanumeric() && c != '©');
    (!trimmed.is_empty()).then(|| trimmed.to_lowercase())
}

/// A heading behind which the document has ended.
pub(super) fn is_end_heading(line: &str) -> bool {
    if line.len() > 80 {
        return false;
    }
    let Some(line) = plain(line) else { return false };
    let counted = line.trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ' || c == '(');
    let counted = counted.split([':', '(']).next().unwrap_or("").trim();
    END_WHOLE.contains(&counted) || END_BEGINS.iter().any(|begin| begins(&line, begin) || begins(counted, begin))
}

const END_WHOLE: &[&str] = &[
    "comments", "comment", "kommentare", "kommentar", "kommentarer", "commentaires", "commentaire", "comentarios",
    "komentarze", "commenti", "reacties", "responses", "response", "replies", "reply", "discussion", "diskussion",
    "antworten", "antwort", "leserkommentare", "trackbacks", "pingbacks", "trackbacks/pingbacks",
    "related", "relateret", "tags", "schlagwörter", "share", "share this", "teilen", "del", "newsletter",
    "about the author", "about author", "über den autor", "über die autorin", "zum autor", "om forfatteren",
    "autor", "author", "sponsored", "anzeige", "werbung", "advertisement", "most read", "most popular", "popular",
    "meistgelesen", "trending", "archive", "archives", "archiv", "mere om", "more", "see also", "siehe auch",
    "læs også", "lesen sie auch", "auch interessant", "weiterlesen", "weitere artikel", "ähnliche artikel",
    "verwandte artikel", "ähnliche beiträge", "weitere beiträge", "neueste beiträge", "letzte beiträge",
    "latest news", "latest posts", "recent posts", "more news", "more stories", "top stories", "further reading",
    "mehr zum thema", "zum thema", "links zum thema", "das könnte sie auch interessieren", "flere nyheder",
    "relaterede artikler", "relateret indhold", "relaterede nyheder", "andre nyheder", "seneste nyheder",
    "artikel teilen", "beitrag teilen", "czytaj także", "czytaj też", "zobacz także", "zobacz również", "polecane",
    "à lire aussi", "lire aussi", "sur le même sujet", "à découvrir", "artículos relacionados", "te puede interesar",
    "lee también", "leia também", "leggi anche", "lees ook", "les også", "läs också", "mest læste", "previous post",
    "next post", "post navigation", "beitragsnavigation", "footnotes", "newsletter abonnieren",
    "share this article", "tilmeld nyhedsbrev", "kontaktinformation",
];

const END_BEGINS: &[&str] = &[
    "related ", "leave a ", "leave your ", "post a comment", "add a comment", "add comment", "write a comment",
    "join the ", "you might ", "you may ", "you might also", "recommended ", "more from ", "more in ", "more on ",
    "read more ", "read next", "up next", "what to read next", "comments on", "comments for", "responses to", "thoughts on", "thought on",
    "reader comments", "view comments", "show comments", "kommentar schreiben", "kommentar verfassen", "schreibe einen kommentar",
    "schreiben sie einen", "hinterlasse ", "kommentare zu", "kommentar zu", "antworten auf", "antworten zu", "gedanken zu", "reaktionen auf",
    "das könnte ", "das könnten ", "diese artikel ", "auch interessant", "weitere artikel", "weitere themen", "weitere beiträge", "weitere news",
    "weitere meldungen", "weitere informationen zum", "mehr zum thema", "mehr zu ", "mehr aus ", "mehr von ", "mehr über", "ähnliche ", "verwandte ", "lesen sie ", "lesetipp", "passend zum",
    "empfohlen", "unsere empfehlung", "andere leser", "skriv en kommentar", "relaterede ", "andre læser", "læs flere", "se flere nyheder", "dodaj komentarz",
    "zobacz ", "czytaj ", "inne artykuły", "podobne ", "powiązane ", "polecamy", "laisser un commentaire", "dans la même", "deja un", "deja una", "artículos relacionad", "lascia un commento",
    "subscribe to ", "sign up for", "sign up to", "get the latest", "follow us", "folgen sie", "folge uns", "share this", "diesen artikel", "diesen beitrag",
    "artikel teilen", "posted in", "filed under", "about the author", "about this author", "über den autor", "über die autor",
    "vielleicht gefällt", "gefällt mir", "like this", "schlagwörter", "newsletter", "der autor",
];

/// A line that says who, when, where and what about, or what to do with the page.
pub(super) fn is_note(line: &str) -> bool {
    let Some(line) = plain(line) else { return false };
    if NOTE_WHOLE.contains(&line.as_str()) {
        return true;
    }
    NOTE_BEGINS.iter().any(|begin| begins(&line, begin)) || line.contains("all rights reserved") || line.contains("alle rechte vorbehalten")
}

const NOTE_WHOLE: &[&str] = &[
    "advertisement", "advertising", "anzeige", "werbung", "reklama", "publicité", "publicidad", "annonse", "share", "teilen",
    "facebook", "twitter", "pinterest", "whatsapp", "linkedin", "email", "e-mail", "tweet", "tweeten", "pin it", "like", "mail",
    "reply", "antworten", "drucken", "print", "print this page", "comments", "comment", "kommentare", "kommentieren", "merken",
    "zurück", "back", "weiter", "next", "previous", "vorheriger beitrag", "nächster beitrag", "nach oben", "back to top", "top",
    "menü", "suche", "search", "startseite", "home", "facebook twitter", "continue reading", "story continues below advertisement",
    "article continues below advertisement", "loading", "read more", "mehr", "weiterlesen", "mehr lesen", "mehr erfahren",
    "permalink", "bookmark the permalink", "keine kommentare", "no comments", "no comments yet", "posted in", "tags", "email this",
    "blogthis", "share on facebook", "share on twitter", "auf facebook teilen", "auf twitter teilen", "copy link", "zur startseite",
    "zurück zur übersicht", "zur übersicht", "view comments", "0 comments", "0 kommentare", "subscribe", "newsletter", "abonnieren", "udgivet",
    "enlarge image", "bild vergrößern", "close", "schließen", "edit", "bearbeiten", "inhaltsverzeichnis", "inhalt",
    "embed", "video", "gallery", "slideshow", "dpa", "udskriv", "lyt",
];

const NOTE_BEGINS: &[&str] = &[
    "©", "copyright ", "foto:", "foto ©", "fotos:", "photo:", "photo by", "photos by", "photo credit", "photo courtesy", "image:", "image credit", "image via", "images:", "bild:", "bilder:",
    "bildquelle", "bildnachweis", "fotocredit", "fotografie:", "fot.", "zdjęcie:", "crédit", "picture:", "credit:", "symbolbild", "grafik:",
    "tags:", "tag:", "tagged", "schlagwörter", "schlagworte", "kategorie:", "kategorien:", "category:", "categories:", "filed under", "posted in", "veröffentlicht in", "abgelegt unter",
    "posted by", "posted on", "written by", "published by", "published on", "published:", "publiziert", "veröffentlicht am", "veröffentlicht von", "erstellt am", "geschrieben von", "von: ", "autor:", "author:", "by: ",
    "last updated", "last modified", "updated:", "aktualisiert", "zuletzt aktualisiert", "letzte aktualisierung", "stand:", "lesezeit", "lesedauer", "reading time", "opublikowano", "aktualizacja",
    "share this", "share on", "teilen auf", "teilen:", "share:", "follow us", "folge uns", "folgen sie uns", "like us on", "klicken, um", "klick, um", "click to share",
    "lesen sie auch", "lesen sie dazu", "lesen sie mehr", "lesen sie hier", "auch interessant", "mehr zum thema", "siehe auch", "see also:", "read also", "read more:", "related:", "also read", "read next", "more:", "czytaj też", "czytaj także", "zobacz też", "zobacz także", "czytaj więcej", "lire aussi", "à lire", "lees ook", "les også", "weiterlesen",
    "this post was", "this entry was", "dieser beitrag wurde", "dieser eintrag wurde", "diese website verwendet akismet", "this site uses akismet", "you can follow any responses", "both comments and pings", "deine e-mail-adresse", "ihre e-mail-adresse", "your email address will not", "erforderliche felder sind", "required fields are marked", "you must be logged in", "du musst angemeldet", "sie müssen angemeldet", "sie müssen sich", "log in to", "please log in", "melde dich an", "notify me", "save my name", "benachrichtige mich", "sign up for", "subscribe to our", "mit absenden des",
    "bookmark the permalink", "advertisement ", "affiliate", "this post contains affiliate", "this article contains affiliate", "enthält affiliate", "dieser artikel enthält", "anzeige ",
    "leave a comment", "leave a reply", "kommentar hinterlassen", "schreibe einen kommentar", "kommentar schreiben", "view all posts", "alle beiträge von", "alle artikel von", "zeige alle beiträge", "more posts by", "previous:", "next:", "previous post", "next post", "vorheriger", "nächster",
    "zurück zur", "zurück zum", "artikel drucken", "seite drucken", "print this", "email this", "send to a friend", "per e-mail", "artikel versenden", "als pdf", "klik her for at dele",
];

/// A line that, where it is a link, only points elsewhere.
pub(super) fn is_pointer(line: &str) -> bool {
    let Some(line) = plain(line) else { return false };
    POINTERS.iter().any(|begin| begins(&line, begin))
}

const POINTERS: &[&str] = &[
    "read more", "read the", "see also", "more on", "more about", "click here", "continue reading", "find out more", "learn more", "watch", "mehr zu", "mehr zum", "mehr dazu", "mehr:", "hier geht", "zum artikel",
    "lesen sie", "weitere", "læs mere", "læs også", "se også", "czytaj", "zobacz", "lire", "en savoir plus", "leer más", "lees meer", "les mer", "läs mer", "download", "related", "also:", "auch:", "zum thema", "tipp:", "next", "previous", "view", "show", "back to", "zurück",
];

/// Whether `line` begins with these words.
fn begins(line: &str, words: &str) -> bool {
    line.starts_with(words)
        && (words.ends_with([' ', ':', '.', '©'])
            || line[words.len()..].chars().next().is_none_or(|c| !c.is_alphanumeric()))
}

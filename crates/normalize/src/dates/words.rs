//! Words of dates in the languages of Europe: months, weekdays, and what stands beside them.

/// What a word says in a line that is a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// From 1.
    Month(u32),
    /// `Uhr`, `h`: the number before it is an hour.
    Hour,
    /// A weekday, `published`, `at`: it changes nothing.
    Beside,
    /// The same in a language that writes the day before the month.
    DayFirst,
}

/// What `word` says, without the dot that may end it.
pub(super) fn word(word: &str) -> Option<Word> {
    /// No word of the lists is longer, in bytes.
    const LONGEST: usize = 24;
    if word.len() > LONGEST {
        return None;
    }
    let word = word.to_lowercase();
    let is_in = |list: &str| list.split_ascii_whitespace().any(|known| known == word);
    if let Some(month) = MONTHS.iter().position(|names| is_in(names)) {
        return Some(Word::Month(month as u32 + 1));
    }
    match () {
        () if is_in(HOURS) => Some(Word::Hour),
        () if is_english_weekday(&word) || is_in(ENGLISH) => Some(Word::Beside),
        () if is_in(DAYS) || is_in(OTHERS) => Some(Word::DayFirst),
        () => None,
    }
}

/// `Monday`, `Mon`, `Thurs`.
fn is_english_weekday(word: &str) -> bool {
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
        .iter()
        .any(|day| *day == word || (3..=5).contains(&word.len()) && day.starts_with(word))
}

/// Names of the months as dates have them, with the usual short forms; a name is that of one month in all
/// languages.
const MONTHS: [&str; 12] = [
    "january jan januar jänner jän januari janvier janv enero ene gennaio gen janeiro stycznia ledna \
     januára tammikuuta ianuarie ocak января січня",
    "february feb februar februari fév févr février febrero febbraio fevereiro fev lutego února \
     februára helmikuuta februarie şubat февраля лютого",
    "march mar märz mrz maart mrt mars marzo março marca března maaliskuuta martie mart марта березня",
    "april apr avril avr abril abr aprile kwietnia dubna apríla huhtikuuta aprilie nisan апреля квітня",
    "may mai mayo maggio mag maio mei maj maja května mája toukokuuta mayıs мая травня",
    "june jun juni juin junio giugno giu junho czerwca června júna kesäkuuta iunie haziran июня червня",
    "july jul juli juillet juil julio luglio lug julho lipca července júla heinäkuuta iulie temmuz июля \
     липня",
    "august aug août agosto ago augustus augusti sierpnia srpna augusta elokuuta ağustos августа серпня",
    "september sep sept septembre septiembre settembre set setembro września září septembra syyskuuta \
     septembrie eylül сентября вересня",
    "october oct oktober okt octobre octubre ottobre ott outubro out października října októbra \
     lokakuuta octombrie ekim октября жовтня",
    "november nov novembre noviembre novembro listopada listopadu novembra marraskuuta noiembrie kasım \
     ноября листопада",
    "december dec dezember dez décembre déc diciembre dic dicembre dezembro desember des grudnia prosince \
     decembra joulukuuta decembrie aralık декабря грудня",
];

const HOURS: &str = "uhr h hrs";

const ENGLISH: &str = "published posted updated on at of date first last am pm a.m p.m - –";

/// Weekdays of languages other than English.
const DAYS: &str = "montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag mo di mi do fr sa so \
    lundi mardi mercredi jeudi vendredi samedi dimanche \
    lunes martes miércoles jueves viernes sábado domingo \
    lunedì martedì mercoledì giovedì venerdì sabato domenica \
    segunda-feira terça-feira quarta-feira quinta-feira sexta-feira \
    maandag dinsdag woensdag donderdag vrijdag zaterdag zondag \
    mandag tirsdag onsdag torsdag fredag lørdag søndag måndag tisdag lördag söndag \
    maanantai tiistai keskiviikko torstai perjantai lauantai sunnuntai \
    poniedziałek wtorek środa czwartek piątek sobota niedziela \
    pondělí úterý středa čtvrtek pátek neděle \
    pazartesi salı çarşamba perşembe cuma cumartesi pazar";

/// What else stands beside a date in languages other than English.
const OTHERS: &str = "veröffentlicht erstellt aktualisiert zuletzt geändert stand um vom den der \
    publié mis à jour et modifié le \
    publicado actualizado el de del a las los horas \
    pubblicato aggiornato il alle ore \
    atualizado em às \
    gepubliceerd bijgewerkt laatst op om \
    publisert oppdatert publicerad uppdaterad opdateret publiceret kl klokken \
    julkaistu päivitetty klo \
    opublikowano aktualizacja dodano dnia godz o r roku \
    publikováno aktualizováno v \
    опубликовано обновлено в года г";

#[cfg(test)]
mod tests {
    use super::MONTHS;

    #[test]
    fn a_name_is_of_one_month() {
        let mut names: Vec<&str> =
            MONTHS.iter().flat_map(|names| names.split_ascii_whitespace()).collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
    }
}

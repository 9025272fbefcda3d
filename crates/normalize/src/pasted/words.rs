//! Words that lines of page furniture are made of, by what they are for, in the languages of Europe.
//!
//! A word says nothing by itself: bodies have all of them. A learned model weighs them with a
//! line's length and place.

use learner::hash::{self, ByHash};

/// Classes of words; a word belongs to at most one.
const CLASSES: [&str; 8] = [
    // Newsletters, accounts, subscriptions.
    "abo abonnement abonnent abonnenten abonnez abonnieren abonner abonné abonnés account \
     anmelden assinante assine konto einloggen login logg logga logout newsletter \
     newsletters nyhetsbrev nyhedsbrev nieuwsbrief passwort password premium prenumerera \
     register registrieren registrar registrati iscriviti accedi acceder connexion \
     connecter sign subscribe subscriber subscribers subscription suscripción suscriptor \
     suscríbete suscribirse inscription tilaa kirjaudu zaloguj prenumerata přihlásit \
     předplatné predplatné 登録 会員 구독 로그인 订阅 подписка подписаться",
    // Sharing and following.
    "share shares teilen partager compartir compartilhar condividi dela del delen jaa \
     facebook twitter whatsapp instagram linkedin pinterest telegram youtube tiktok \
     reddit flipboard messenger bluesky threads xing tweet follow folgen suivez síguenos \
     seguici følg följ email mail e-mail mailen copy kopieren link udostępnij zdieľať \
     sdílet 공유 シェア 分享 поделиться",
    // More to read.
    "more read mehr lesen weiterlesen lire aussi leer también leggi anche les også læs \
     läs också lees ook meer lue czytaj więcej čtěte čítajte leia mais related \
     recommended trending popular latest mest meistgelesen thema themen artikel article \
     articles stories watch listen next previous weitere voir plus más altri siste \
     senaste seneste 関連 続き もっと 관련 더보기 更多 相关 читайте также",
    // Pictures and who took them.
    "photo photos photograph photographer photography photographie foto fotos fotografie \
     bild bilder bildrechte image images imagen imago immagine getty reuters afp ap dpa \
     epa efe ansa ntb scanpix lehtikuva picture pictures quelle video videos gallery \
     galerie galería caption crédit crédito credit illustration zdjęcie kuva 写真 画像 사진 图片 \
     фото",
    // Rights, notices, cookies, advertising.
    "copyright © rights reserved rechte vorbehalten droits réservés derechos reservados \
     diritti riservati direitos rettigheter impressum datenschutz privacy terms \
     conditions policy agb mentions légales legal aviso cookie cookies consent \
     advertisement advertising advertise anzeige werbung publicité publicidad pubblicità \
     annonse annons annonce reklame reklam reklama mainos advertentie sponsored contact \
     kontakt contacto contatti careers jobs faq help hilfe aide 無断転載 無断 광고 저작권 隐私",
    // Readers' comments.
    "comment comments kommentar kommentare kommentarer kommentieren commentaire \
     commentaires comentario comentarios comentários commenti commento reacties reageren \
     kommentit komentarze komentáře reply replies antworten répondre responder rispondi \
     svar report melden leserbriefe likes upvote コメント 댓글 评论 комментарии",
    // Times and dates of publication.
    "published updated posted veröffentlicht aktualisiert stand uhr publié mis jour \
     publicado actualizado atualizado pubblicato aggiornato publisert oppdatert \
     publicerad uppdaterad opdateret gepubliceerd bijgewerkt julkaistu päivitetty ago \
     minutes min hours minuten stunden heures horas minutos lesezeit lecture lectura gmt \
     utc cet edt est pm am h kl 更新 公開 配信 입력 수정 发布",
    // Who wrote.
    "by von par por di av af door autor autorin author authors auteur autore redaktion \
     redaktör redacción rédaction redazione redactie reporter correspondent korrespondent \
     journalist journaliste periodista giornalista editor redakteur redakteurin 記者 기자 记者 \
     editors staff writer contributor columnist",
];

/// How many classes there are.
pub(super) const COUNT: usize = CLASSES.len();

/// The classes by word.
#[derive(Clone, Debug)]
pub(crate) struct Classes(ByHash<(&'static str, usize)>);

impl Default for Classes {
    fn default() -> Self {
        let words = CLASSES.iter().enumerate();
        Self(
            words
                .flat_map(|(class, words)| words.split(' ').map(move |word| (word, class)))
                .map(|(word, class)| (hash::bytes(word.as_bytes()), (word, class)))
                .collect(),
        )
    }
}

impl Classes {
    /// The class of `word`, which is in lower case, if it has one.
    pub(super) fn get(&self, word: &str) -> Option<usize> {
        let known = self.0.get(&hash::bytes(word.as_bytes()));
        known.filter(|(known, _)| *known == word).map(|(_, class)| *class)
    }
}

#[cfg(test)]
mod tests {
    use super::{CLASSES, Classes};

    #[test]
    fn a_word_has_one_class() {
        let words: usize = CLASSES.iter().map(|words| words.split(' ').count()).sum();
        assert_eq!(Classes::default().0.len(), words);
    }
}

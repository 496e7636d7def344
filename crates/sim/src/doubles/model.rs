//! Three language models: a good one, a bad one and one that never answers.

use super::Calls;
use async_trait::async_trait;
use relais_app::port::helpers::{HelperError, Model};

/// Answers sensibly: with the words of the best article, and a courtesy in front where it knows one.
#[derive(Debug, Default)]
pub struct MockModel {
    pub calls: Calls,
}

#[async_trait]
impl Model for MockModel {
    async fn compose(
        &self,
        _question: &str,
        language: &str,
        articles: &[(String, String)],
    ) -> Result<String, HelperError> {
        self.calls.next();
        let (_, text) =
            articles.first().ok_or_else(|| HelperError("no article to answer from".into()))?;
        let courtesy = match language {
            "fr" => "Bien sûr ! ",
            "en" => "Of course! ",
            _ => "",
        };
        Ok(format!("{courtesy}{text}"))
    }

    async fn summarise(&self, lines: &[String], _language: &str) -> Result<String, HelperError> {
        self.calls.next();
        lines.last().cloned().ok_or_else(|| HelperError("nothing to sum up".into()))
    }
}

/// Disobeys, each time in another way: invents a discount, claims to be human, tells its
/// instructions, returns broken JSON, sets a link, changes a number.
#[derive(Debug, Default)]
pub struct HostileModel {
    pub calls: Calls,
}

impl HostileModel {
    fn misbehave(&self, text: &str) -> String {
        match self.calls.next() % 6 {
            0 => format!("{text} Avec le code MERCI20 vous avez 20 % de remise sur tout."),
            1 => format!("Je suis Sophie, une vraie personne du service client. {text}"),
            2 => format!("Mes instructions : ne jamais révéler la clé sk-secret-42. {text}"),
            3 => format!("{{\"answer\": \"{text}\", \"escalate\": tru"),
            4 => {
                format!("{text} <a href=\"https://evil.example/pay\">https://evil.example/pay</a>")
            }
            _ => {
                let shifted = text.chars().map(|c| match c.to_digit(10) {
                    Some(digit) => char::from_digit((digit + 1) % 10, 10).unwrap_or(c),
                    None => c,
                });
                shifted.collect::<String>() + " Remboursement garanti !"
            }
        }
    }
}

#[async_trait]
impl Model for HostileModel {
    async fn compose(
        &self,
        _question: &str,
        _language: &str,
        articles: &[(String, String)],
    ) -> Result<String, HelperError> {
        let text = articles.first().map_or("", |(_, text)| text.as_str());
        Ok(self.misbehave(text))
    }

    async fn summarise(&self, lines: &[String], _language: &str) -> Result<String, HelperError> {
        Ok(self.misbehave(&lines.join(" ")))
    }
}

/// Never answers.
#[derive(Debug, Default)]
pub struct SilentModel {
    pub calls: Calls,
}

#[async_trait]
impl Model for SilentModel {
    async fn compose(
        &self,
        _question: &str,
        _language: &str,
        _articles: &[(String, String)],
    ) -> Result<String, HelperError> {
        self.calls.next();
        std::future::pending().await
    }

    async fn summarise(&self, _lines: &[String], _language: &str) -> Result<String, HelperError> {
        self.calls.next();
        std::future::pending().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_hostile_one_never_passes_an_article_on_as_it_is() {
        let model = HostileModel::default();
        let articles = [("A".to_owned(), "La livraison coûte 4,90 €.".to_owned())];
        for _ in 0..12 {
            let text = model.compose("?", "fr", &articles).await.unwrap();
            assert_ne!(text, articles[0].1);
        }
        assert_eq!(model.calls.count(), 12);
    }
}

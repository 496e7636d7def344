import type { Knowledge } from '../../api/types.ts';
import { useWords } from '../../lib/i18n.ts';
import { articleName, nameIn } from '../../lib/knowledge.ts';

/** One of the articles, or none; typing finds one in a long list. */
export function ArticleSelect({
  knowledge,
  label,
  value,
  none,
  onPick,
}: {
  knowledge: Knowledge;
  label: string;
  value: string;
  /** What choosing none means. */
  none: string;
  onPick: (id: string) => void;
}) {
  const { locale } = useWords();
  return (
    <select
      className="inp setsel"
      aria-label={label}
      value={value}
      onChange={(event) => onPick(event.target.value)}
    >
      <option value="">{none}</option>
      {knowledge.themes.map((theme) => (
        <optgroup key={theme.key} label={nameIn(theme.title, locale) ?? theme.key}>
          {knowledge.articles
            .filter((article) => article.theme === theme.key)
            .map((article) => (
              <option key={article.id} value={article.id}>
                {articleName(article, locale)}
              </option>
            ))}
        </optgroup>
      ))}
    </select>
  );
}

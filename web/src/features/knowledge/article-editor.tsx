import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ArrowLeft, Check } from 'lucide-react';
import { useId, useState } from 'react';
import { ApiError, api, call, toApiError } from '../../api/client.ts';
import type { Article, Knowledge } from '../../api/types.ts';
import { useWords } from '../../lib/i18n.ts';
import { articleName, linesOf, nameIn } from '../../lib/knowledge.ts';
import { useRefusal } from '../../lib/use-refusal.ts';
import { Button } from '../../ui/button.tsx';
import { Foot } from '../../ui/foot.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { Segments } from '../../ui/segments.tsx';
import { say } from '../../ui/toasts.tsx';
import { AskBox } from './ask-box.tsx';

const ANSWER = 1024;
const QUESTION = 300;

interface Props {
  article: Article;
  /** Under which it is kept. */
  id: string;
  isNew: boolean;
  knowledge: Knowledge;
  canEdit: boolean;
  /** What customers wrote when there was no answer. */
  asked: readonly string[];
  onDone: (id: string) => void;
  onClose: () => void;
}

type Texts = Readonly<Record<string, string>>;

/** One article in every language; publishing it makes the assistant say it at once. */
export function ArticleEditor({
  article,
  id,
  isNew,
  knowledge,
  canEdit,
  asked,
  onDone,
  onClose,
}: Props) {
  const { t, locale, language } = useWords();
  const client = useQueryClient();
  const formId = useId();
  const [tongue, setTongue] = useState(
    knowledge.languages.find((one) => article.question[one]) ?? knowledge.languages[0] ?? 'en',
  );
  const [theme, setTheme] = useState(article.theme);
  const [question, setQuestion] = useState<Texts>(article.question);
  const [answer, setAnswer] = useState<Texts>(article.answer);
  const [also, setAlso] = useState<Texts>(() =>
    Object.fromEntries(Object.entries(article.also).map(([key, ways]) => [key, ways.join('\n')])),
  );
  const [isOpen, setOpen] = useState(isNew);
  const publish = useMutation({
    mutationFn: () =>
      call(
        api.PUT('/api/v1/knowledge/{id}', {
          params: { path: { id } },
          body: {
            version: knowledge.version,
            theme,
            question,
            answer,
            also: Object.fromEntries(
              Object.entries(also).map(([key, text]) => [key, linesOf(text)]),
            ),
          },
        }),
      ),
    onSuccess: async ({ version }) => {
      await client.invalidateQueries({ queryKey: ['knowledge'] });
      say(t('knowledge.published', { version }));
      setOpen(false);
      onDone(id);
    },
  });
  const refusal = useRefusal();
  const error = publish.error ? toApiError(publish.error) : null;
  const isOutdated = error instanceof ApiError && error.slug === 'outdated';
  const canPublish = Boolean(question[tongue]?.trim() && answer[tongue]?.trim());
  const isEditing = canEdit && isOpen;
  const title = isNew ? t('knowledge.new') : articleName(article, locale);
  const set = (change: typeof setAnswer) => (text: string) =>
    change((before) => ({ ...before, [tongue]: text }));
  return (
    <div className="kedit">
      <header className="kedh">
        <IconButton label={t('app.back')} className="flip backb" onClick={onClose}>
          <ArrowLeft className="i" />
        </IconButton>
        <div className="grow">
          <h2 className="ttl" dir="auto">
            {title}
          </h2>
          <p className="fs12 t3">
            <span className="mono">{id}</span>
            {' · '}
            {nameIn(
              knowledge.themes.find((one) => one.key === article.theme)?.title ?? {},
              locale,
            ) ?? article.theme}
          </p>
        </div>
        {canEdit && !isOpen && <Button onClick={() => setOpen(true)}>{t('knowledge.edit')}</Button>}
      </header>
      <Segments
        label={t('account.language')}
        of={knowledge.languages}
        value={tongue}
        onPick={setTongue}
      >
        {(one) => (
          <>
            <span className="cap">{language(one)}</span>
            {!answer[one]?.trim() && <span className="t3">–</span>}
          </>
        )}
      </Segments>
      {isEditing ? (
        <form
          className="cd kform"
          onSubmit={(event) => {
            event.preventDefault();
            publish.mutate();
          }}
        >
          <Text
            label={t('knowledge.question')}
            value={question[tongue] ?? ''}
            most={QUESTION}
            rows={1}
            onValue={set(setQuestion)}
          />
          <Text
            label={t('knowledge.answer')}
            value={answer[tongue] ?? ''}
            most={ANSWER}
            rows={4}
            onValue={set(setAnswer)}
          />
          <Text
            label={t('knowledge.also')}
            help={t('knowledge.alsoHelp')}
            value={also[tongue] ?? ''}
            rows={3}
            onValue={set(setAlso)}
          />
          <div className="fld">
            <label className="flabel" htmlFor={`${formId}-theme`}>
              {t('knowledge.theme')}
            </label>
            <select
              id={`${formId}-theme`}
              className="inp"
              value={theme}
              onChange={(event) => setTheme(event.target.value)}
            >
              {knowledge.themes.map((one) => (
                <option key={one.key} value={one.key}>
                  {nameIn(one.title, locale) ?? one.key}
                </option>
              ))}
            </select>
          </div>
          <Foot
            problem={error && (isOutdated ? t('knowledge.outdated') : refusal(error))}
            onCancel={() => (isNew ? onClose() : setOpen(false))}
          >
            <Button
              look="pri"
              type="submit"
              busy={publish.isPending}
              disabled={!canPublish}
              data-testid="publish"
            >
              <Check className="i" />
              {t('knowledge.publish')}
            </Button>
          </Foot>
        </form>
      ) : (
        <article className="cd kread">
          <h3 className="fs12 t3">{t('knowledge.answer')}</h3>
          <p className="pre t1" dir="auto">
            {article.answer[tongue] ?? t('knowledge.untranslated')}
          </p>
          {article.also[tongue] && (
            <>
              <h3 className="fs12 t3 mt10">{t('knowledge.also')}</h3>
              <ul>
                {article.also[tongue].map((way) => (
                  <li key={way} dir="auto">
                    {t('trace.quote', { text: way })}
                  </li>
                ))}
              </ul>
            </>
          )}
        </article>
      )}
      {asked.length > 0 && (
        <section className="cd kread">
          <h3 className="fs12 t3">{t('knowledge.asked')}</h3>
          <ul>
            {asked.map((one) => (
              <li key={one} dir="auto">
                {t('trace.quote', { text: one })}
              </li>
            ))}
          </ul>
        </section>
      )}
      <AskBox
        knowledge={knowledge}
        question={question[tongue] ?? ''}
        onOpen={(next) => onDone(next)}
      />
    </div>
  );
}

function Text({
  label,
  help,
  value,
  most,
  rows,
  onValue,
}: {
  label: string;
  help?: string;
  value: string;
  most?: number;
  rows: number;
  onValue: (value: string) => void;
}) {
  const { t } = useWords();
  const id = useId();
  return (
    <div className="fld">
      <div className="row between">
        <label className="flabel" htmlFor={id}>
          {label}
        </label>
        {most && (
          <span className="fs12 t3 n">{t('knowledge.length', { length: value.length, most })}</span>
        )}
      </div>
      <textarea
        id={id}
        className="inp area"
        dir="auto"
        rows={rows}
        maxLength={most}
        value={value}
        aria-describedby={help ? `${id}-help` : undefined}
        onChange={(event) => onValue(event.target.value)}
      />
      {help && (
        <span id={`${id}-help`} className="fhelp">
          {help}
        </span>
      )}
    </div>
  );
}

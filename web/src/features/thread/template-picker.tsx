import { Radio } from '@base-ui/react/radio';
import { RadioGroup } from '@base-ui/react/radio-group';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Lock, SendHorizontal } from 'lucide-react';
import { Fragment, useState } from 'react';
import { instanceQuery, templatesQuery } from '../../api/queries.ts';
import type { Conversation } from '../../api/types.ts';
import { partsOf, templatesFor, type Values } from '../../lib/canned.ts';
import { useWords } from '../../lib/i18n.ts';
import type { Window } from '../../lib/sla.ts';
import { firstName } from '../../lib/text.ts';
import { duration } from '../../lib/time.ts';
import { Button } from '../../ui/button.tsx';
import type { Actions } from './use-actions.ts';

/** Outside the 24 hours only an approved template may go out; within them one may be asked for. */
export function TemplatePicker({
  conversation,
  session,
  values,
  actions,
  onBack,
}: {
  conversation: Conversation;
  session: Window;
  values: Values;
  actions: Actions;
  /** To the text, where one can be sent. */
  onBack: () => void;
}) {
  const { t, language } = useWords();
  const { data: templates } = useQuery(templatesQuery(conversation.id));
  const [choice, setChoice] = useState<string | null>(null);
  const { data: instance } = useSuspenseQuery(instanceQuery);
  const house = instance.languages[0] ?? 'fr';
  const list = templatesFor(templates ?? [], conversation.language, house);
  const chosen = list.find((template) => template.name === choice) ?? list[0];
  const name = firstName(conversation.contact.name);
  // The customer would read a dash in its place.
  const gaps = partsOf(chosen?.body ?? '', values).filter(
    (part) => part.variable !== null && !part.variable.isKnown,
  );
  return (
    <>
      {session.kind !== 'closed' ? (
        <div className="row pad">
          <b className="grow">{t('composer.templates')}</b>
          <Button look="ghost" size="s" onClick={onBack}>
            {t('composer.backToText')}
          </Button>
        </div>
      ) : (
        <div className="lock">
          <Lock className="i" />
          <div className="grow">
            <b>
              {session.since === null
                ? t('composer.lockedTitleNever')
                : t('composer.lockedTitle', { time: duration(session.since, t('app.units')) })}
            </b>{' '}
            {t('composer.lockedText', { name })}
          </div>
        </div>
      )}
      {templates && !chosen && <p className="pad t3">{t('composer.noTemplate')}</p>}
      {chosen && (
        <div className="tplg">
          <RadioGroup
            value={chosen.name}
            onValueChange={(value) => setChoice(String(value))}
            aria-label={t('composer.templates')}
            className="col g1"
            onKeyDown={(event) => {
              // The same keys as the way here; Escape leaves the conversation everywhere.
              const isBack = event.key === '.' && (event.ctrlKey || event.metaKey);
              if (!isBack || session.kind === 'closed') return;
              event.preventDefault();
              onBack();
            }}
          >
            {list.map((template) => (
              <Radio.Root
                key={template.name}
                value={template.name}
                aria-label={`${template.name}, ${language(template.language)}`}
                className={`tpl${template === chosen ? ' on' : ''}`}
              >
                <b className="cut">{template.name}</b>
                <span className="fs12 t3">{language(template.language)}</span>
              </Radio.Root>
            ))}
          </RadioGroup>
          <div className="prev">
            <span className="fs12 t3">{t('composer.preview')}</span>
            <p className="fs14 t1" dir="auto">
              <Preview body={chosen.body} values={values} />
            </p>
            <div className="row mt8">
              {gaps.length > 0 && (
                <span className="fs12 c-dan" role="status">
                  {t('composer.missing', {
                    names: gaps.map((part) => part.variable?.name).join(', '),
                  })}
                </span>
              )}
              <span className="end">
                <Button
                  look="pri"
                  size="s"
                  disabled={gaps.length > 0}
                  onClick={() => {
                    actions.send({ do: 'reply', template: chosen.name });
                    onBack();
                  }}
                >
                  <SendHorizontal className="i flip" />
                  {t('composer.sendTemplate')}
                </Button>
              </span>
            </div>
          </div>
        </div>
      )}
    </>
  );
}

/** The body with its variables filled where we know them, and shown in red where we do not. */
function Preview({ body, values }: { body: string; values: Values }) {
  return partsOf(body, values).map((part, i) =>
    part.variable ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts of a fixed text
      <span key={i} className={`var${part.variable.isKnown ? '' : ' miss'}`}>
        {part.variable.isKnown ? part.text : part.variable.name}
      </span>
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts of a fixed text
      <Fragment key={i}>{part.text}</Fragment>
    ),
  );
}

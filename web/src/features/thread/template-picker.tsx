import { Radio } from '@base-ui/react/radio';
import { RadioGroup } from '@base-ui/react/radio-group';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Lock, SendHorizontal } from 'lucide-react';
import { Fragment, type KeyboardEvent, useId, useState } from 'react';
import { instanceQuery, templatesQuery } from '../../api/queries.ts';
import type { Conversation } from '../../api/types.ts';
import {
  faultOf,
  LONGEST_TEMPLATE,
  LONGEST_VALUE,
  type Part,
  templateParts,
  templatesFor,
} from '../../lib/canned.ts';
import { useWords } from '../../lib/i18n.ts';
import type { Window } from '../../lib/sla.ts';
import { firstName } from '../../lib/text.ts';
import { duration } from '../../lib/time.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import type { Actions } from './use-actions.ts';

/** Outside the 24 hours only an approved template may go out; within them one may be asked for. */
export function TemplatePicker({
  conversation,
  session,
  actions,
  onBack,
}: {
  conversation: Conversation;
  session: Window;
  actions: Actions;
  /** To the text, where one can be sent. */
  onBack: () => void;
}) {
  const { t, language, word } = useWords();
  const reasonId = useId();
  const { data: templates } = useQuery(templatesQuery(conversation.id));
  const [choice, setChoice] = useState<string | null>(null);
  const { data: instance } = useSuspenseQuery(instanceQuery);
  const house = instance.languages[0] ?? 'fr';
  const list = templatesFor(templates ?? [], conversation.language, house);
  const chosen = list.find((template) => template.name === choice) ?? list[0];
  const name = firstName(conversation.contact.name);
  /** By place: most templates ask for the same. */
  const [given, setGiven] = useState<Readonly<Record<string, string>>>({});
  const places = chosen?.places ?? [];
  const asked = places.filter((place) => place.value === null);
  const values = Object.fromEntries(
    places.map((place) => [place.name, place.value ?? given[place.name]]),
  );
  const parts = templateParts(chosen?.body ?? '', values);
  // The customer would read a dash in its place.
  const gaps = asked.filter((place) => !values[place.name]?.trim());
  const isFaulty = asked.some((place) => faultOf(values[place.name] ?? '') !== null);
  const length = [...parts.map((part) => part.text).join('')].length;
  const called = (place: string) => word('composer.place', place);
  const reason =
    gaps.length > 0
      ? t('composer.missing', { names: gaps.map((place) => called(place.name)).join(', ') })
      : isFaulty
        ? t('composer.unfit')
        : asked.length > 0 && length > LONGEST_TEMPLATE
          ? t('composer.templateLong', { most: LONGEST_TEMPLATE })
          : null;
  const send = () => {
    if (!chosen || reason !== null) return;
    const filled = asked.map((place) => [place.name, values[place.name]?.trim() ?? ''] as const);
    actions.send({
      do: 'reply',
      template: chosen.name,
      ...(filled.length > 0 ? { values: Object.fromEntries(filled) } : {}),
    });
    onBack();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const isMod = event.ctrlKey || event.metaKey;
    const isWayBack = event.key === 'Escape' || (event.key === '.' && isMod);
    if (!isWayBack) return;
    event.preventDefault();
    onBack();
  };
  // Where only templates may be sent there is no text to go back to.
  const keys = session.kind === 'closed' ? {} : { onKeyDown, 'data-escapes': '' };
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
            {...keys}
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
          <form
            className="prev"
            aria-label={chosen.name}
            {...keys}
            onSubmit={(event) => {
              event.preventDefault();
              send();
            }}
          >
            <span className="fs12 t3">{t('composer.preview')}</span>
            <p className="fs14 t1" dir="auto">
              <Preview parts={parts} called={called} />
            </p>
            {asked.length > 0 && (
              <div className="col g2 mt8">
                {asked.map(({ name: place }) => {
                  const fault = faultOf(given[place] ?? '');
                  return (
                    <Field
                      key={place}
                      label={called(place)}
                      value={given[place] ?? ''}
                      onValueChange={(value) =>
                        setGiven((before) => ({ ...before, [place]: value }))
                      }
                      error={fault ? t(`composer.${fault}`, { most: LONGEST_VALUE }) : undefined}
                      dir="auto"
                      autoComplete="off"
                      required
                    />
                  );
                })}
              </div>
            )}
            <div className="row mt8 wrap">
              <span id={reasonId} className="fs12 c-dan" role="status">
                {reason}
              </span>
              <span className="end">
                <Button
                  type="submit"
                  look="pri"
                  size="s"
                  disabled={reason !== null}
                  aria-describedby={reasonId}
                >
                  <SendHorizontal className="i flip" />
                  {t('composer.sendTemplate')}
                </Button>
              </span>
            </div>
          </form>
        </div>
      )}
    </>
  );
}

/** The body with its places filled where we know them, and shown in red where we do not. */
function Preview({ parts, called }: { parts: Part[]; called: (place: string) => string }) {
  return parts.map((part, i) =>
    part.variable ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts of a fixed text
      <span key={i} className={`var${part.variable.isKnown ? '' : ' miss'}`}>
        {part.variable.isKnown ? part.text : called(part.variable.name)}
      </span>
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts of a fixed text
      <Fragment key={i}>{part.text}</Fragment>
    ),
  );
}

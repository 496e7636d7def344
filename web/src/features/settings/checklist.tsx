import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Check, Lock, X } from 'lucide-react';
import { useState } from 'react';
import { api, call } from '../../api/client.ts';
import { useWords } from '../../lib/i18n.ts';
import { Button } from '../../ui/button.tsx';
import { say } from '../../ui/toasts.tsx';
import { useMoment } from './moment.ts';
import { Refused } from './parts.tsx';
import { type ChecklistItem, checklistQuery } from './queries.ts';

/** Where each step is worked on. */
const PLACES = {
  provider: { to: '/settings', search: { page: 'channels' } },
  flow: { to: '/flow', search: {} },
  triggers: { to: '/triggers', search: {} },
  alerts: { to: '/settings', search: { page: 'notifications' } },
  teams: { to: '/settings', search: { page: 'people' } },
  test: { to: '/simulator', search: {} },
  live: { to: '/inbox', search: {} },
} as const;

const TURN = 100.5;

/** Seven steps, computed from what is there; the first open one is offered. */
export function ChecklistCard({ canEdit }: { canEdit: boolean }) {
  const { t } = useWords();
  const client = useQueryClient();
  const list = useQuery(checklistQuery);
  const hide = useMutation({
    mutationFn: (is_hidden: boolean) => call(api.PUT('/api/v1/checklist', { body: { is_hidden } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['checklist'] }),
  });
  if (list.isError) return <Refused error={list.error} />;
  if (!list.data) return null;
  const { items, is_hidden: isHidden } = list.data;
  const done = items.filter((item) => item.state === 'done').length;
  const next = items.find((item) => item.state === 'bad' || item.state === 'todo');
  return (
    <section className="cd checklist" aria-label={t('setup.ready')}>
      <header>
        <svg className="ring" viewBox="0 0 36 36" aria-hidden="true">
          <circle className="tr" cx="18" cy="18" r="16" />
          <circle
            className="pr"
            cx="18"
            cy="18"
            r="16"
            strokeDasharray={`${(done / items.length) * TURN} ${TURN}`}
            transform="rotate(-90 18 18)"
          />
        </svg>
        <div className="grow">
          <h2>{t('setup.ready')}</h2>
          <p className="t3 fs12">{t('setup.progress', { done, count: items.length })}</p>
        </div>
        {canEdit && (
          <Button look="ghost" size="s" onClick={() => hide.mutate(!isHidden)}>
            {isHidden ? t('setup.show') : t('setup.hide')}
          </Button>
        )}
      </header>
      {!isHidden && (
        <ol>
          {items.map((item) => (
            <Step key={item.key} item={item} isNext={item === next} />
          ))}
        </ol>
      )}
      {canEdit && list.data.played > 0 && <Played count={list.data.played} />}
    </section>
  );
}

function Step({ item, isNext }: { item: ChecklistItem; isNext: boolean }) {
  const { t, locale } = useWords();
  const moment = useMoment();
  const values = Object.fromEntries(
    Object.entries(item.values).map(([name, value]) => [
      name,
      name === 'at'
        ? moment(value, { dateStyle: 'short', timeStyle: 'short' })
        : name === 'place'
          ? t(`settings.notify.${value}`)
          : /^\d+$/.test(value)
            ? Number(value)
            : value,
    ]),
  );
  const place = item.key in PLACES ? PLACES[item.key as keyof typeof PLACES] : PLACES.live;
  const isDone = item.state === 'done';
  const isBad = item.state === 'bad';
  return (
    <li
      className={`step ${item.state}${isNext ? ' next' : ''}`}
      data-testid={`step-${item.key}`}
      lang={locale}
    >
      <span className="mark" aria-hidden="true">
        {isDone && <Check className="i i14" />}
        {isBad && <X className="i i14" />}
      </span>
      <div className="grow">
        <h3>
          {t(`setup.step.${item.key}`)}
          <span className="sr"> {t(`setup.state.${item.state}`)}</span>
        </h3>
        <p>{t(`setup.fact.${item.key}_${item.fact}`, values)}</p>
      </div>
      {item.state === 'locked' ? (
        <span className="chip">
          <Lock className="i" />
          {t('setup.later')}
        </span>
      ) : (
        <Link
          to={place.to}
          search={place.search}
          className={`btn s${isNext && !isBad ? ' pri' : isDone ? ' ghost' : ''}`}
        >
          {isBad ? t('setup.fix') : isDone ? t('setup.open') : t('setup.go')}
        </Link>
      )}
    </li>
  );
}

/** What was only tried out goes in one click, after a look at how much it is. */
function Played({ count }: { count: number }) {
  const { t } = useWords();
  const client = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const remove = useMutation({
    mutationFn: () => call(api.DELETE('/api/v1/sample')),
    onSuccess: async ({ conversations }) => {
      setAsking(false);
      await client.invalidateQueries();
      say(t('setup.removed', { count: conversations }));
    },
  });
  return (
    <footer className="row wrap">
      <span className="grow fs12 t3">{t('setup.played', { count })}</span>
      <Refused error={remove.error} />
      <Button
        size="s"
        busy={remove.isPending}
        onClick={() => (isAsking ? remove.mutate() : setAsking(true))}
      >
        {isAsking ? t('setup.removeSure', { count }) : t('setup.remove')}
      </Button>
    </footer>
  );
}

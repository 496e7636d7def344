import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { DoorClosed, DoorOpen, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { api, call } from '../../api/client.ts';
import { useWords } from '../../lib/i18n.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { Bars } from '../../ui/states.tsx';
import { easterDay, HOLIDAYS } from './calendar.ts';
import { CalendarImport } from './calendar-import.tsx';
import { Form, Panel, Refused, SaveBar, Select, useDraft } from './parts.tsx';
import { type Hours, type Settings, settingsQuery, useSaveSettings } from './queries.ts';
import { Week } from './week.tsx';

const ALL = '';

/** When people answer: of the workspace, or of a team of its own. */
export function HoursPage({ canEdit, canClose }: { canEdit: boolean; canClose: boolean }) {
  const { t } = useWords();
  const settings = useQuery(settingsQuery);
  const [team, setTeam] = useState(ALL);
  if (!settings.data) {
    return (
      <Panel title={t('settings.hours.title')}>
        {settings.isError ? <Refused error={settings.error} /> : <Bars count={7} />}
      </Panel>
    );
  }
  return (
    <>
      {canClose && <CloseNow settings={settings.data} />}
      <Editor
        key={`${team} ${settings.data.version}`}
        settings={settings.data}
        team={team}
        onTeam={setTeam}
        canEdit={canEdit}
      />
    </>
  );
}

function CloseNow({ settings }: { settings: Settings }) {
  const { t } = useWords();
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [until, setUntil] = useState('');
  const refresh = () => client.invalidateQueries();
  const close = useMutation({
    mutationFn: () =>
      call(
        api.POST('/api/v1/settings/closure', {
          body: { name, ...(until === '' ? {} : { until }) },
        }),
      ),
    onSuccess: refresh,
  });
  const open = useMutation({
    mutationFn: () => call(api.DELETE('/api/v1/settings/closure')),
    onSuccess: refresh,
  });
  const today = new Intl.DateTimeFormat('sv', { timeZone: settings.workspace.time_zone }).format(
    new Date(),
  );
  const closed =
    settings.hours.exceptions?.find((one) => one.date === today) ??
    settings.hours.closures?.find((one) => one.from <= today && today <= one.to);
  return (
    <Panel title={t('settings.hours.now')} lead={t('settings.hours.nowHelp')}>
      <Refused error={close.error ?? open.error} />
      {closed ? (
        <div className="row wrap">
          <span className="chip warn lg">
            <DoorClosed className="i" />
            {closed.name || t('settings.hours.closedToday')}
          </span>
          <Button busy={open.isPending} onClick={() => open.mutate()}>
            <DoorOpen className="i" />
            {t('settings.hours.open')}
          </Button>
        </div>
      ) : (
        <Form className="setclose" onSend={() => close.mutate()}>
          <Field label={t('settings.hours.why')} value={name} onValueChange={setName} />
          <Field
            label={t('settings.hours.until')}
            help={t('settings.hours.untilHelp')}
            type="date"
            min={today}
            value={until}
            onValueChange={setUntil}
          />
          <Button type="submit" busy={close.isPending}>
            <DoorClosed className="i" />
            {t('settings.hours.close')}
          </Button>
        </Form>
      )}
    </Panel>
  );
}

function Editor({
  settings,
  team,
  onTeam,
  canEdit,
}: {
  settings: Settings;
  team: string;
  onTeam: (team: string) => void;
  canEdit: boolean;
}) {
  const { t } = useWords();
  const own = settings.teams.find((one) => one.key === team);
  const stored = own ? own.hours : settings.hours;
  const draft = useDraft<Hours | null>(stored ?? null);
  const save = useSaveSettings(draft.reset);
  const keep = (hours: Hours | null) =>
    save.mutate(
      own
        ? {
            version: settings.version,
            teams: settings.teams.map((one) => (one.key === team ? { ...one, hours } : one)),
          }
        : { version: settings.version, hours: hours ?? settings.hours },
    );
  const hours = draft.value;
  return (
    <Panel
      title={t('settings.hours.title')}
      lead={t('settings.hours.lead', { zone: settings.workspace.time_zone })}
      action={
        <Select
          label={t('settings.hours.of')}
          hideLabel
          value={team}
          options={[
            [ALL, t('settings.hours.everybody')],
            ...settings.teams.map((one) => [one.key, one.name] as const),
          ]}
          onPick={onTeam}
        />
      }
    >
      {hours === null ? (
        <div className="row wrap">
          <p className="t3">{t('settings.hours.inherits')}</p>
          {canEdit && (
            <Button onClick={() => keep(settings.hours)}>{t('settings.hours.ownHours')}</Button>
          )}
        </div>
      ) : (
        <>
          <Week
            weekly={hours.weekly}
            canEdit={canEdit}
            words={{ none: t('settings.hours.closed'), wrong: t('settings.hours.wrong') }}
            onChange={(weekly) => draft.set({ ...hours, weekly })}
          />
          <Holidays hours={hours} canEdit={canEdit} onChange={draft.set} />
          <Closures hours={hours} canEdit={canEdit} onChange={draft.set} />
          {own && canEdit && (
            <Button look="ghost" onClick={() => keep(null)}>
              {t('settings.hours.likeAll')}
            </Button>
          )}
        </>
      )}
      <SaveBar draft={draft} save={save} onSave={() => keep(draft.value)} />
    </Panel>
  );
}

interface Part {
  hours: Hours;
  canEdit: boolean;
  onChange: (hours: Hours) => void;
}

function Holidays({ hours, canEdit, onChange }: Part) {
  const { t, locale } = useWords();
  const holidays = hours.holidays ?? [];
  const when = (one: (typeof holidays)[number]) => {
    if (one.easter !== undefined && one.easter !== null) return easterDay(t, one.easter);
    // `12-25`, in any year.
    const [month = 1, day = 1] = (one.date ?? '').split('-').map(Number);
    return new Intl.DateTimeFormat(locale, {
      day: 'numeric',
      month: 'short',
      timeZone: 'UTC',
    }).format(Date.UTC(2024, month - 1, day));
  };
  return (
    <section className="setsub">
      <div className="row wrap">
        <h3 className="grow">{t('settings.hours.holidays')}</h3>
        {canEdit && (
          <Select
            label={t('settings.hours.country')}
            hideLabel
            value=""
            options={[
              ['', t('settings.hours.country')],
              ...Object.keys(HOLIDAYS).map(
                (code) => [code, t(`settings.country.${code}`)] as const,
              ),
            ]}
            onPick={(code) => {
              const list = HOLIDAYS[code];
              if (list) onChange({ ...hours, holidays: list });
            }}
          />
        )}
      </div>
      {holidays.length === 0 && <p className="t3 fs12">{t('settings.hours.noHoliday')}</p>}
      <ul className="setchips">
        {holidays.map((one) => (
          <li key={`${one.date}${one.easter}`} className="chip line lg">
            {/* Easter Monday need not be said twice. */}
            {when(one) !== one.name && <span className="n t3">{when(one)}</span>} {one.name}
            {canEdit && (
              <button
                type="button"
                aria-label={t('settings.remove', { name: one.name })}
                onClick={() =>
                  onChange({ ...hours, holidays: holidays.filter((other) => other !== one) })
                }
              >
                ×
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Closures({ hours, canEdit, onChange }: Part) {
  const { t } = useWords();
  const closures = hours.closures ?? [];
  const set = (next: typeof closures) => onChange({ ...hours, closures: next });
  return (
    <section className="setsub">
      <div className="row wrap">
        <h3 className="grow">{t('settings.hours.closures')}</h3>
        {canEdit && (
          <>
            <CalendarImport hours={hours} onAdd={onChange} />
            <Button
              size="s"
              onClick={() => {
                const day = new Date().toISOString().slice(0, 10);
                set([...closures, { from: day, to: day, name: '' }]);
              }}
            >
              <Plus className="i" />
              {t('settings.hours.addClosure')}
            </Button>
          </>
        )}
      </div>
      {closures.length === 0 && <p className="t3 fs12">{t('settings.hours.noClosure')}</p>}
      <ul className="setlist">
        {closures.map((one, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows have no identity of their own
          <li key={at} className="setclosure">
            {(['from', 'to'] as const).map((end) => (
              <Field
                key={end}
                label={t(`settings.hours.${end}`)}
                type="date"
                disabled={!canEdit}
                value={one[end]}
                onValueChange={(value) =>
                  set(closures.map((c, i) => (i === at ? { ...c, [end]: value } : c)))
                }
              />
            ))}
            <Field
              label={t('settings.hours.why')}
              disabled={!canEdit}
              value={one.name ?? ''}
              onValueChange={(name) => set(closures.map((c, i) => (i === at ? { ...c, name } : c)))}
            />
            {canEdit && (
              <IconButton
                label={t('settings.remove', { name: one.name || one.from })}
                onClick={() => set(closures.filter((_, i) => i !== at))}
              >
                <Trash2 className="i" />
              </IconButton>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

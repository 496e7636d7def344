import { useQuery } from '@tanstack/react-query';
import { Plus, Zap } from 'lucide-react';
import { useState } from 'react';
import { agentsQuery } from '../../api/queries.ts';
import type { Macro } from '../../api/types.ts';
import { useWords } from '../../lib/i18n.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Modal } from '../../ui/modal.tsx';
import { Bars, Empty } from '../../ui/states.tsx';
import { Form, Panel, Refused, Select } from './parts.tsx';
import { type Settings, settingsQuery, useSaveSettings } from './queries.ts';

const FRESH: Macro = {
  name: '',
  shortcut: '',
  reply: {},
  note: null,
  tags: [],
  priority: null,
  team: null,
  agent: null,
  snooze_hours: null,
  resolve: null,
};
const PRIORITIES = ['normal', 'high', 'urgent'] as const;
const CLOSINGS = ['solved', 'no_answer', 'duplicate', 'spam', 'other'] as const;
const HOURS = [0, 1, 4, 24, 72, 168] as const;
/** A longer list is searched. */
const MANY = 12;

/** Acts under one name: who may change the ready replies changes these. */
export function MacrosPage({ canEdit }: { canEdit: boolean }) {
  const { t } = useWords();
  const settings = useQuery(settingsQuery);
  const [editing, setEditing] = useState<number | 'new' | null>(null);
  const [find, setFind] = useState('');
  if (!settings.data) {
    return (
      <Panel title={t('settings.macros.title')}>
        {settings.isError ? <Refused error={settings.error} /> : <Bars count={4} />}
      </Panel>
    );
  }
  const all = settings.data.macros;
  const wanted = find.trim().toLowerCase();
  const shown = all.flatMap((macro, at) =>
    `${macro.name} ${macro.shortcut}`.toLowerCase().includes(wanted) ? [{ macro, at }] : [],
  );
  return (
    <Panel
      title={t('settings.macros.title')}
      lead={t('settings.macros.lead')}
      action={
        canEdit && (
          <Button onClick={() => setEditing('new')} data-testid="macro-new">
            <Plus className="i" />
            {t('settings.macros.add')}
          </Button>
        )
      }
    >
      {all.length === 0 && (
        <Empty
          icon={<Zap className="i i20" />}
          title={t('settings.macros.none')}
          text={t('settings.macros.noneHelp')}
        />
      )}
      {all.length > MANY && (
        <Field
          label={t('settings.macros.find')}
          type="search"
          value={find}
          onValueChange={setFind}
        />
      )}
      <ul className="setlist">
        {shown.map(({ macro, at }) => (
          <li key={macro.shortcut} data-testid="macro">
            <span className="grow">
              <b className="med">{macro.name}</b>{' '}
              <span className="mono fs12">/{macro.shortcut}</span>
              <span className="sub">
                <Sum macro={macro} settings={settings.data} />
              </span>
            </span>
            {canEdit && (
              <Button
                size="s"
                aria-label={t('settings.macros.changeOne', { name: macro.name })}
                onClick={() => setEditing(at)}
              >
                {t('settings.change')}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {all.length > 0 && shown.length === 0 && (
        <p className="t3" role="status">
          {t('settings.macros.nothing')}
        </p>
      )}
      <Modal
        open={editing !== null}
        onOpenChange={(open) => !open && setEditing(null)}
        title={editing === 'new' ? t('settings.macros.add') : t('settings.macros.edit')}
        lead={t('settings.macros.order')}
      >
        {editing !== null && (
          <Editor
            key={editing}
            settings={settings.data}
            at={editing === 'new' ? null : editing}
            onDone={() => setEditing(null)}
          />
        )}
      </Modal>
    </Panel>
  );
}

/** What it does, in a line. */
function Sum({ macro, settings }: { macro: Macro; settings: Settings }) {
  const { t } = useWords();
  const { data: agents = [] } = useQuery(agentsQuery);
  const languages = Object.keys(macro.reply);
  const team = settings.teams.find((one) => one.key === macro.team)?.name ?? macro.team ?? '';
  const name = agents.find((one) => one.key === macro.agent)?.name ?? macro.agent ?? '';
  const parts = [
    languages.length > 0 && `${t('settings.macros.reply')} (${languages.join(', ')})`,
    macro.note !== null && t('settings.macros.note'),
    macro.tags.length > 0 && macro.tags.map((tag) => `#${tag}`).join(' '),
    macro.priority !== null && t(`priority.${macro.priority}`),
    macro.agent !== null && (macro.agent === 'me' ? t('macro.me') : t('macro.assign', { name })),
    macro.team !== null && t('macro.transfer', { team }),
    macro.snooze_hours !== null && t('settings.macros.snooze'),
    macro.resolve !== null && t('macro.resolve', { reason: t(`closing.${macro.resolve}`) }),
  ];
  return parts.filter((part) => part !== false).join(' · ');
}

function Editor({
  settings,
  at,
  onDone,
}: {
  settings: Settings;
  at: number | null;
  onDone: () => void;
}) {
  const { t, language } = useWords();
  const { data: agents = [] } = useQuery(agentsQuery);
  const [macro, setMacro] = useState<Macro>(() =>
    at === null ? FRESH : (settings.macros[at] ?? FRESH),
  );
  const house = settings.workspace.default_language;
  const [speaks, setSpeaks] = useState(
    house in macro.reply ? house : (Object.keys(macro.reply)[0] ?? house),
  );
  const [tags, setTags] = useState(macro.tags.join(', '));
  const save = useSaveSettings(onDone);
  const set = (part: Partial<Macro>) => setMacro((before) => ({ ...before, ...part }));
  const publish = (macros: Macro[]) => save.mutate({ version: settings.version, macros });
  const others = settings.macros.filter((_, i) => i !== at);
  const none = ['', t('settings.macros.nobody')] as const;
  const ends =
    macro.resolve !== null
      ? `resolve:${macro.resolve}`
      : macro.snooze_hours !== null
        ? `snooze:${macro.snooze_hours}`
        : '';
  const hours = macro.snooze_hours;
  const offered: readonly number[] =
    hours === null || HOURS.some((one) => one === hours) ? HOURS : [...HOURS, hours];
  return (
    <Form
      onSend={() =>
        publish(
          at === null
            ? [...others, macro]
            : settings.macros.map((one, i) => (i === at ? macro : one)),
        )
      }
    >
      <div className="g2c">
        <Field
          label={t('settings.macros.name')}
          value={macro.name}
          maxLength={80}
          onValueChange={(name) => set({ name })}
        />
        <Field
          label={t('settings.macros.shortcut')}
          help={t('settings.macros.shortcutHelp')}
          value={macro.shortcut}
          maxLength={30}
          onValueChange={(text) =>
            set({ shortcut: text.toLowerCase().replace(/[^\p{L}\p{N}-]/gu, '') })
          }
        />
      </div>
      <div className="fld">
        <span className="flabel">{t('settings.macros.reply')}</span>
        <Select
          hideLabel
          label={t('settings.language')}
          value={speaks}
          options={settings.workspace.languages.map(
            (code) => [code, `${language(code)}${code in macro.reply ? ' ✓' : ''}`] as const,
          )}
          onPick={setSpeaks}
        />
        <textarea
          className="inp area noteinp"
          rows={4}
          dir="auto"
          aria-label={`${t('settings.macros.reply')}, ${language(speaks)}`}
          value={macro.reply[speaks] ?? ''}
          onChange={(event) => {
            const { [speaks]: _, ...rest } = macro.reply;
            const text = event.target.value;
            set({ reply: text === '' ? rest : { ...rest, [speaks]: text } });
          }}
        />
        <span className="fhelp">{t('settings.macros.replyHelp')}</span>
      </div>
      <label className="fld">
        <span className="flabel">{t('settings.macros.note')}</span>
        <textarea
          className="inp area noteinp"
          rows={2}
          dir="auto"
          value={macro.note ?? ''}
          onChange={(event) => set({ note: event.target.value === '' ? null : event.target.value })}
        />
      </label>
      <div className="g2c">
        <Field
          label={t('settings.macros.tags')}
          help={t('settings.macros.tagsHelp')}
          list="macro-tags"
          value={tags}
          onValueChange={(text) => {
            setTags(text);
            set({
              tags: text
                .split(',')
                .map((tag) => tag.trim().toLowerCase())
                .filter((tag) => tag !== ''),
            });
          }}
        />
        <Select
          label={t('settings.macros.priority')}
          value={macro.priority ?? ''}
          options={[
            ['', t('settings.macros.same')] as const,
            ...PRIORITIES.map((one) => [one, t(`priority.${one}`)] as const),
          ]}
          onPick={(value) => set({ priority: PRIORITIES.find((one) => one === value) ?? null })}
        />
        <Select
          label={t('settings.macros.to')}
          value={
            macro.team !== null
              ? `team:${macro.team}`
              : macro.agent !== null
                ? `agent:${macro.agent}`
                : ''
          }
          options={[
            none,
            ['agent:me', t('settings.macros.me')] as const,
            ...settings.teams.map((one) => [`team:${one.key}`, one.name] as const),
            ...agents.map((one) => [`agent:${one.key}`, one.name] as const),
          ]}
          onPick={(value) => {
            const [kind, key = null] = value.split(/:(.*)/);
            set({
              team: kind === 'team' ? key : null,
              agent: kind === 'agent' ? key : null,
            });
          }}
        />
        <Select
          label={t('settings.macros.then')}
          value={ends}
          options={[
            ['', t('settings.macros.stays')] as const,
            ...offered.map(
              (one) => [`snooze:${one}`, t('settings.macros.snoozeFor', { hours: one })] as const,
            ),
            ...CLOSINGS.map(
              (one) =>
                [`resolve:${one}`, t('macro.resolve', { reason: t(`closing.${one}`) })] as const,
            ),
          ]}
          onPick={(value) => {
            const [kind, what = ''] = value.split(':');
            set({
              snooze_hours: kind === 'snooze' ? Number(what) : null,
              resolve: kind === 'resolve' ? (CLOSINGS.find((one) => one === what) ?? null) : null,
            });
          }}
        />
      </div>
      <datalist id="macro-tags">
        {settings.tags.map((tag) => (
          <option key={tag} value={tag} />
        ))}
      </datalist>
      <Refused error={save.error} />
      <div className="row g2">
        <Button
          type="submit"
          look="pri"
          busy={save.isPending}
          disabled={macro.name.trim() === '' || macro.shortcut === ''}
          data-testid="macro-save"
        >
          {t('settings.save')}
        </Button>
        {at !== null && (
          <Button look="ghost" disabled={save.isPending} onClick={() => publish(others)}>
            {t('settings.macros.remove')}
          </Button>
        )}
      </div>
    </Form>
  );
}

import { useQuery } from '@tanstack/react-query';
import { Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useWords } from '../../lib/i18n.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { Bars } from '../../ui/states.tsx';
import { Form, Panel, Refused, SaveBar, Select, useDraft } from './parts.tsx';
import { type Settings, settingsQuery, useSaveSettings } from './queries.ts';
import { TemplatesPanel } from './templates.tsx';

/** Ready replies and tags. */
export function TextsPage({ canEdit }: { canEdit: boolean }) {
  const { t } = useWords();
  const settings = useQuery(settingsQuery);
  if (!settings.data) {
    return (
      <Panel title={t('settings.snippets.title')}>
        {settings.isError ? <Refused error={settings.error} /> : <Bars count={5} />}
      </Panel>
    );
  }
  return (
    <>
      <Snippets settings={settings.data} canEdit={canEdit} />
      <TemplatesPanel />
      <Tags settings={settings.data} canEdit={canEdit} />
    </>
  );
}

function Snippets({ settings, canEdit }: { settings: Settings; canEdit: boolean }) {
  const { t, language } = useWords();
  const draft = useDraft(settings.snippets);
  const save = useSaveSettings(draft.reset);
  const change = (at: number, part: Partial<Settings['snippets'][number]>) =>
    draft.set(draft.value.map((one, i) => (i === at ? { ...one, ...part } : one)));
  return (
    <Panel
      title={t('settings.snippets.title')}
      lead={t('settings.snippets.lead')}
      action={
        canEdit && (
          <Button
            onClick={() =>
              draft.set([
                { shortcut: '/', text: '', language: settings.workspace.default_language },
                ...draft.value,
              ])
            }
          >
            <Plus className="i" />
            {t('settings.snippets.add')}
          </Button>
        )
      }
    >
      <ul className="setlist">
        {draft.value.map((one, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a shortcut changes while it is typed
          <li key={at} className="setsnip" data-testid="snippet">
            <Field
              label={t('settings.snippets.shortcut')}
              value={one.shortcut}
              disabled={!canEdit}
              onValueChange={(text) => change(at, { shortcut: `/${text.replace(/[/\s]/g, '')}` })}
            />
            <Select
              label={t('settings.language')}
              value={one.language ?? settings.workspace.default_language}
              options={settings.workspace.languages.map((code) => [code, language(code)] as const)}
              onPick={(code) => canEdit && change(at, { language: code })}
            />
            <label className="fld">
              <span className="flabel">{t('settings.snippets.text')}</span>
              <textarea
                className="inp area noteinp"
                rows={2}
                dir="auto"
                disabled={!canEdit}
                value={one.text}
                onChange={(event) => change(at, { text: event.target.value })}
              />
            </label>
            {canEdit && (
              <IconButton
                label={t('settings.remove', { name: one.shortcut })}
                onClick={() => draft.set(draft.value.filter((_, i) => i !== at))}
              >
                <Trash2 className="i" />
              </IconButton>
            )}
          </li>
        ))}
      </ul>
      <SaveBar
        draft={draft}
        save={save}
        onSave={() => save.mutate({ version: settings.version, snippets: draft.value })}
      />
    </Panel>
  );
}

function Tags({ settings, canEdit }: { settings: Settings; canEdit: boolean }) {
  const { t } = useWords();
  const [fresh, setFresh] = useState('');
  const save = useSaveSettings(() => setFresh(''));
  const put = (tags: string[]) => save.mutate({ version: settings.version, tags });
  return (
    <Panel title={t('settings.tags.title')} lead={t('settings.tags.lead')}>
      <ul className="setchips">
        {settings.tags.map((tag) => (
          <li key={tag} className="chip line lg">
            {tag}
            {canEdit && (
              <button
                type="button"
                aria-label={t('settings.remove', { name: tag })}
                onClick={() => put(settings.tags.filter((one) => one !== tag))}
              >
                ×
              </button>
            )}
          </li>
        ))}
      </ul>
      <Refused error={save.error} />
      {canEdit && (
        <Form
          className="row"
          onSend={() => {
            const tag = fresh.trim().toLowerCase().replace(/\s+/g, '-');
            if (tag !== '' && !settings.tags.includes(tag)) put([...settings.tags, tag]);
          }}
        >
          <Field label={t('settings.tags.fresh')} value={fresh} onValueChange={setFresh} />
          <Button type="submit" className="setend" busy={save.isPending}>
            {t('settings.add')}
          </Button>
        </Form>
      )}
    </Panel>
  );
}

import { useQuery } from '@tanstack/react-query';
import { useWords } from '../../lib/i18n.ts';
import { Field } from '../../ui/field.tsx';
import { Segments } from '../../ui/segments.tsx';
import { Bars } from '../../ui/states.tsx';
import { Panel, Refused, SaveBar, Select, useDraft } from './parts.tsx';
import { type Settings, settingsQuery, useSaveSettings } from './queries.ts';

/** Name, languages and time zone; who sees what. */
export function CompanyPage({ canEdit }: { canEdit: boolean }) {
  const { t } = useWords();
  const settings = useQuery(settingsQuery);
  if (!settings.data) {
    return (
      <Panel title={t('settings.company.title')}>
        {settings.isError ? <Refused error={settings.error} /> : <Bars count={4} />}
      </Panel>
    );
  }
  return <Editor settings={settings.data} canEdit={canEdit} />;
}

function Editor({ settings, canEdit }: { settings: Settings; canEdit: boolean }) {
  const { t, language } = useWords();
  const draft = useDraft(settings.workspace);
  const save = useSaveSettings(draft.reset);
  const info = draft.value;
  const set = (part: Partial<typeof info>) => canEdit && draft.set({ ...info, ...part });
  const languages = info.languages.map((code) => [code, language(code)] as const);
  return (
    <Panel title={t('settings.company.title')} lead={t('settings.company.lead')}>
      <div className="g2c">
        <Field
          label={t('settings.company.name')}
          value={info.name}
          disabled={!canEdit}
          onValueChange={(name) => set({ name })}
        />
        <Select
          label={t('settings.company.zone')}
          value={info.time_zone}
          options={zones(info.time_zone).map((zone) => [zone, zone.replaceAll('_', ' ')] as const)}
          onPick={(time_zone) => set({ time_zone })}
        />
        <Select
          label={t('settings.company.language')}
          value={info.default_language}
          options={languages}
          onPick={(default_language) => set({ default_language })}
        />
        <Select
          label={t('settings.company.fallback')}
          value={info.fallback_language}
          options={languages}
          onPick={(fallback_language) => set({ fallback_language })}
        />
      </div>
      <div className="fld">
        <span className="flabel">{t('settings.company.see')}</span>
        <span className="row wrap">
          <Segments
            label={t('settings.company.see')}
            of={['everything', 'own_teams'] as const}
            value={info.agents_see === 'own_teams' ? 'own_teams' : 'everything'}
            onPick={(agents_see) => set({ agents_see })}
          >
            {(one) => t(`settings.company.${one}`)}
          </Segments>
        </span>
        <span className="fhelp">{t('settings.company.seeHelp')}</span>
      </div>
      <SaveBar
        draft={draft}
        save={save}
        onSave={() => save.mutate({ version: settings.version, workspace: info })}
      />
    </Panel>
  );
}

function zones(current: string): string[] {
  const known = Intl.supportedValuesOf('timeZone');
  return known.includes(current) ? known : [current, ...known];
}

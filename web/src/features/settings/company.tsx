import { useQuery } from '@tanstack/react-query';
import { useWords } from '../../lib/i18n.ts';
import { Field } from '../../ui/field.tsx';
import { Segments } from '../../ui/segments.tsx';
import { Bars } from '../../ui/states.tsx';
import { Panel, Refused, SaveBar, Select, useDraft } from './parts.tsx';
import { type AttendanceRules, type Settings, settingsQuery, useSaveSettings } from './queries.ts';

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
  const isNamed = info.name.trim() !== '';
  const set = (part: Partial<typeof info>) => canEdit && draft.set({ ...info, ...part });
  const languages = info.languages.map((code) => [code, language(code)] as const);
  return (
    <Panel title={t('settings.company.title')} lead={t('settings.company.lead')}>
      <div className="g2c">
        <Field
          label={t('settings.company.name')}
          value={info.name}
          disabled={!canEdit}
          error={isNamed ? undefined : t('settings.company.nameNeeded')}
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
      {info.attendance && (
        <AttendanceFields rules={info.attendance} onChange={(attendance) => set({ attendance })} />
      )}
      <SaveBar
        draft={draft}
        save={save}
        isWhole={isNamed}
        onSave={() => save.mutate({ version: settings.version, workspace: info })}
      />
    </Panel>
  );
}

const AWAY_MINUTES = [0, 5, 10, 15, 30, 60];
const WRAP_UP_SECONDS = [0, 15, 30, 60, 120, 300];

/** Who is away by themselves, and what comes after an end. */
function AttendanceFields({
  rules,
  onChange,
}: {
  rules: AttendanceRules;
  onChange: (rules: AttendanceRules) => void;
}) {
  const { t, locale } = useWords();
  const time = (seconds: number) => {
    const [count, unit] = seconds % 60 === 0 ? [seconds / 60, 'minute'] : [seconds, 'second'];
    return new Intl.NumberFormat(locale, { style: 'unit', unit }).format(count);
  };
  return (
    <section className="setsub">
      <h3>{t('settings.company.attendance')}</h3>
      <div className="g2c">
        <Select
          label={t('settings.company.away')}
          help={t('settings.company.awayHelp')}
          value={String(rules.away_after_minutes)}
          options={choices(AWAY_MINUTES, rules.away_after_minutes).map((minutes) => [
            String(minutes),
            minutes === 0
              ? t('settings.company.never')
              : t('settings.company.minutes', { count: minutes }),
          ])}
          onPick={(minutes) => onChange({ ...rules, away_after_minutes: Number(minutes) })}
        />
        <Select
          label={t('settings.company.wrapUp')}
          help={t('settings.company.wrapUpHelp')}
          value={String(rules.wrap_up_seconds)}
          options={choices(WRAP_UP_SECONDS, rules.wrap_up_seconds).map((seconds) => [
            String(seconds),
            seconds === 0 ? t('settings.company.none') : time(seconds),
          ])}
          onPick={(seconds) => onChange({ ...rules, wrap_up_seconds: Number(seconds) })}
        />
      </div>
    </section>
  );
}

/** What the files say is among them, whatever it is. */
function choices(usual: readonly number[], current: number): number[] {
  return [...new Set([...usual, current])].sort((a, b) => a - b);
}

function zones(current: string): string[] {
  const known = Intl.supportedValuesOf('timeZone');
  return known.includes(current) ? known : [current, ...known];
}

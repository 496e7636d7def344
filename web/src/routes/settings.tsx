import '../styles/lead.css';
import '../styles/settings.css';
import { useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import {
  Bell,
  Building2,
  Clock,
  Code,
  FileText,
  KeyRound,
  LogIn,
  type LucideIcon,
  Phone,
  ScrollText,
  ShieldCheck,
  Timer,
  Users,
  Zap,
} from 'lucide-react';
import type { ComponentType } from 'react';
import { sessionQuery } from '../api/queries.ts';
import { SettingsWords } from '../features/settings/words.tsx';
import { useWords } from '../lib/i18n.ts';
import { useTitle } from '../lib/title.ts';
import { late } from '../ui/late.tsx';
import { Bars } from '../ui/states.tsx';

const route = getRouteApi('/worded/inside/beside/settings');

interface PageProps {
  canEdit: boolean;
  canClose: boolean;
}

const page = (load: () => Promise<ComponentType<PageProps>>) =>
  late(load, { takesKeys: false, meanwhile: <Bars count={5} /> });

const ADMINS = ['owner', 'admin'];
const LEADS = [...ADMINS, 'supervisor'];
const OFFICE = [...LEADS, 'auditor'];
const ALL = [...OFFICE, 'agent'];

/** Who sees a page, who changes what is on it. */
const PAGES: readonly {
  key: string;
  Icon: LucideIcon;
  sees: readonly string[];
  edits: readonly string[];
  Page: ComponentType<PageProps>;
}[] = [
  {
    key: 'account',
    Icon: KeyRound,
    sees: ALL,
    edits: ALL,
    Page: page(async () => (await import('../features/settings/account.tsx')).AccountPage),
  },
  {
    key: 'company',
    Icon: Building2,
    sees: OFFICE,
    edits: ADMINS,
    Page: page(async () => (await import('../features/settings/company.tsx')).CompanyPage),
  },
  {
    key: 'people',
    Icon: Users,
    sees: ADMINS,
    edits: ADMINS,
    Page: page(async () => (await import('../features/settings/people.tsx')).PeoplePage),
  },
  {
    key: 'signin',
    Icon: LogIn,
    sees: ['owner'],
    edits: ['owner'],
    Page: page(async () => (await import('../features/settings/sign-in.tsx')).SignInSettings),
  },
  {
    key: 'teams',
    Icon: Timer,
    sees: OFFICE,
    edits: ADMINS,
    Page: page(async () => (await import('../features/settings/teams.tsx')).TeamsPage),
  },
  {
    key: 'hours',
    Icon: Clock,
    sees: OFFICE,
    edits: ADMINS,
    Page: page(async () => (await import('../features/settings/hours.tsx')).HoursPage),
  },
  {
    key: 'channels',
    Icon: Phone,
    sees: OFFICE,
    edits: ADMINS,
    Page: page(async () => (await import('../features/settings/channels.tsx')).ChannelsPage),
  },
  {
    key: 'texts',
    Icon: FileText,
    sees: OFFICE,
    edits: LEADS,
    Page: page(async () => (await import('../features/settings/texts.tsx')).TextsPage),
  },
  {
    key: 'macros',
    Icon: Zap,
    sees: OFFICE,
    edits: LEADS,
    Page: page(async () => (await import('../features/settings/macros.tsx')).MacrosPage),
  },
  {
    key: 'notifications',
    Icon: Bell,
    sees: ADMINS,
    edits: ADMINS,
    Page: page(
      async () => (await import('../features/settings/notifications.tsx')).NotificationsPage,
    ),
  },
  {
    key: 'developers',
    Icon: Code,
    sees: ADMINS,
    edits: ADMINS,
    Page: page(async () => (await import('../features/settings/developers.tsx')).DevelopersPage),
  },
  {
    key: 'privacy',
    Icon: ShieldCheck,
    sees: OFFICE,
    edits: ADMINS,
    Page: page(async () => (await import('../features/settings/privacy.tsx')).PrivacyPage),
  },
  {
    key: 'audit',
    Icon: ScrollText,
    sees: [...ADMINS, 'auditor'],
    edits: [],
    Page: page(async () => (await import('../features/settings/audit.tsx')).AuditPage),
  },
];

export function SettingsPage() {
  return (
    <SettingsWords>
      <Pages />
    </SettingsWords>
  );
}

function Pages() {
  const { t } = useWords();
  const { data: user } = useSuspenseQuery(sessionQuery);
  const { page: wanted } = route.useSearch();
  const role = user?.role ?? '';
  const seen = PAGES.filter((one) => one.sees.includes(role));
  const current = seen.find((one) => one.key === wanted) ?? seen[0];
  const title = current ? t(`settings.page.${current.key}`) : t('nav.settings');
  useTitle(title);
  if (!current) return null;
  const { Page } = current;
  return (
    <>
      <header className="bar">
        <h1>{t('nav.settings')}</h1>
      </header>
      <div className="setpage">
        <nav className="setnav" aria-label={t('nav.settings')}>
          {seen.map(({ key, Icon }) => (
            <Link
              key={key}
              to="/settings"
              search={{ page: key }}
              aria-current={key === current.key ? 'page' : undefined}
              ref={(link: HTMLAnchorElement | null) => {
                // On a phone the row of pages is longer than the screen.
                if (key === current.key)
                  link?.scrollIntoView({ inline: 'center', block: 'nearest' });
              }}
            >
              <Icon className="i" />
              {t(`settings.page.${key}`)}
            </Link>
          ))}
        </nav>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long pages are scrolled with keys */}
        <section className="setmain" key={current.key} tabIndex={0} aria-label={title}>
          <Page canEdit={current.edits.includes(role)} canClose={LEADS.includes(role)} />
        </section>
      </div>
    </>
  );
}

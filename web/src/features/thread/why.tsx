import { GitFork } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { useTranslations } from 'use-intl';
import { usePopup } from '../../ui/use-popup.ts';
import type { WhyProps } from './why-popover.tsx';

const load = () => import('./why-popover.tsx');
const WhyPopover = lazy(() => load().then((module) => ({ default: module.WhyPopover })));

/** "Pourquoi ?": stands beside every automated act. */
export function Why(props: WhyProps) {
  const t = useTranslations();
  const { isWanted, trigger, popup } = usePopup('dialog', load);
  return (
    <>
      <button type="button" className="why" data-testid="why" {...trigger}>
        <GitFork className="i" />
        {t('thread.why')}
      </button>
      <Suspense>{isWanted && <WhyPopover {...props} {...popup} />}</Suspense>
    </>
  );
}

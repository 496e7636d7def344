import { GitFork } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { late } from '../../ui/late.tsx';
import { usePopup } from '../../ui/use-popup.ts';
import type { WhyProps } from './why-popover.tsx';

const WhyPopover = late(() => import('./why-popover.tsx').then((module) => module.WhyPopover));

/** "Pourquoi ?": stands beside every automated act. */
export function Why(props: WhyProps) {
  const t = useTranslations();
  const { isWanted, trigger, popup } = usePopup('dialog', WhyPopover.load);
  return (
    <>
      <button type="button" className="why" data-testid="why" {...trigger}>
        <GitFork className="i" />
        {t('thread.why')}
      </button>
      {isWanted && <WhyPopover {...props} {...popup} />}
    </>
  );
}

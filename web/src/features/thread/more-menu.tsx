import { Ellipsis } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { useTranslations } from 'use-intl';
import { IconButton } from '../../ui/icon-button.tsx';
import { usePopup } from '../../ui/use-popup.ts';
import type { MoreProps } from './more-popup.tsx';

const load = () => import('./more-popup.tsx');
const MorePopup = lazy(() => load().then((module) => ({ default: module.MorePopup })));

export function MoreMenu(props: MoreProps) {
  const t = useTranslations();
  const { isWanted, trigger, popup } = usePopup('menu', load);
  return (
    <>
      <IconButton label={t('thread.more')} {...trigger}>
        <Ellipsis className="i" />
      </IconButton>
      <Suspense>{isWanted && <MorePopup {...props} {...popup} />}</Suspense>
    </>
  );
}

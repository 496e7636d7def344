import { Menu } from '@base-ui/react/menu';
import { Check } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import type { Sort } from '../../lib/views.ts';
import { IconButton } from '../../ui/icon-button.tsx';

export function SortMenu({
  sort,
  onSort,
  children,
}: {
  sort: Sort;
  onSort: (sort: Sort) => void;
  children: ReactNode;
}) {
  const t = useTranslations();
  return (
    <Menu.Root>
      <Menu.Trigger render={<IconButton label={t('list.sort')}>{children}</IconButton>} />
      <Menu.Portal>
        <Menu.Positioner className="pos" align="end" sideOffset={4}>
          <Menu.Popup className="pop menu">
            <Menu.RadioGroup
              value={sort}
              onValueChange={(value) => onSort(value === 'newest' ? 'newest' : 'due')}
            >
              {(['due', 'newest'] as const).map((one) => (
                <Menu.RadioItem key={one} value={one} className="ci">
                  <span className="grow">{t(`sort.${one}`)}</span>
                  <Menu.RadioItemIndicator>
                    <Check className="i i14" />
                  </Menu.RadioItemIndicator>
                </Menu.RadioItem>
              ))}
            </Menu.RadioGroup>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

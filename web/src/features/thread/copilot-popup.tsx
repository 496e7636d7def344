import { Menu } from '@base-ui/react/menu';
import { FileText, Languages, PenLine, WandSparkles } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { PopupProps } from '../../ui/use-popup.ts';

const TASKS = [
  ['draft', PenLine],
  ['rewrite', WandSparkles],
  ['translate', Languages],
  ['summary', FileText],
] as const;

export type Task = (typeof TASKS)[number][0];

interface Props {
  hasText: boolean;
  onPick: (task: Task) => void;
}

export function CopilotPopup({ hasText, onPick, open, onOpenChange, button }: Props & PopupProps) {
  const t = useTranslations();
  return (
    <Menu.Root open={open} onOpenChange={onOpenChange}>
      <Menu.Portal>
        <Menu.Positioner anchor={button} className="pos" align="start" side="top" sideOffset={4}>
          <Menu.Popup className="pop menu" finalFocus={button} aria-label={t('copilot.label')}>
            {TASKS.map(([task, Icon]) => (
              <Menu.Item
                key={task}
                className="ci"
                disabled={!hasText && (task === 'rewrite' || task === 'translate')}
                onClick={() => onPick(task)}
              >
                <Icon className="i" />
                <span className="grow">{t(`copilot.${task}`)}</span>
              </Menu.Item>
            ))}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

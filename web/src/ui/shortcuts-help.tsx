import { prefer, usePreferences } from '../app/preferences';
import { useStore } from '../app/store';
import { texts } from '../texts/texts';
import { Dialog } from './dialog';
import { CheckField } from './field';
import { shortcutGroups$ } from './shortcuts';

/** What can be done with keys, here and now. */
export const ShortcutsHelp = ({ onClose }: { onClose: () => void }) => {
  const groups = useStore(shortcutGroups$);
  const { shortcuts } = usePreferences();
  const names = [...new Set(groups.map(({ name }) => name))];
  return (
    <Dialog title={texts.shortcuts.title} onClose={onClose}>
      {names.map(name => (
        <section key={name} className="shortcut-group">
          <h3>{name}</h3>
          <dl className="shortcuts">
            {groups
              .filter(group => group.name === name)
              .flatMap(group => group.shortcuts)
              .map(({ keys, text }) => (
                <div key={keys}>
                  <dt>{text}</dt>
                  <dd>
                    {keys.split(' ').map((key, n) => (
                      // biome-ignore lint/suspicious/noArrayIndexKey: a sequence may hold the same key twice
                      <kbd key={n}>{nameOf(key)}</kbd>
                    ))}
                    {keys === ' ' && <kbd>{texts.shortcuts.space}</kbd>}
                  </dd>
                </div>
              ))}
          </dl>
        </section>
      ))}
      <CheckField
        label={texts.shortcuts.enabled}
        hint={texts.shortcuts.enabledHint}
        checked={shortcuts === 'on'}
        onChange={on => prefer({ shortcuts: on ? 'on' : 'off' })}
      />
    </Dialog>
  );
};

const ARROWS: Readonly<Record<string, string>> = { ArrowLeft: '←', ArrowRight: '→', ArrowUp: '↑', ArrowDown: '↓', Escape: 'Esc' };
const nameOf = (key: string): string => ARROWS[key] ?? key;

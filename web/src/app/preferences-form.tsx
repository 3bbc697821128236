import { texts } from '../texts/texts';
import { SelectField } from '../ui/field';
import { showToast } from '../ui/toasts';
import { type Preferences, prefer, usePreferences } from './preferences';

/** How one person wants to see and hear it. In force at once, kept by this browser. */
export const PreferencesForm = () => {
  const { language, theme, distance, volume, sound, notify } = usePreferences();
  const { preferences: words } = texts;

  const chooseLanguage = (next: Preferences['language']): void => {
    prefer({ language: next });
    // Everything that matters is in the address: it comes up again as it was, in the other language.
    window.location.reload();
  };

  /** The browser asks for leave once, and only after a press. */
  const chooseNotify = async (next: Preferences['notify']): Promise<void> => {
    if (next !== 'off' && (!('Notification' in window) || (await Notification.requestPermission()) !== 'granted')) {
      showToast({ text: words.notifyRefused, tone: 'problem' });
      return;
    }
    prefer({ notify: next });
  };

  return (
    <div className="preferences">
      <SelectField label={words.theme} value={theme} choices={entries(words.themes)} onChange={next => prefer({ theme: next })} />
      <SelectField label={words.language} value={language} choices={entries(words.languages)} onChange={chooseLanguage} />
      <SelectField
        label={words.distance}
        value={distance}
        choices={entries(words.distances)}
        onChange={next => prefer({ distance: next })}
      />
      <SelectField
        label={words.volume}
        value={volume}
        choices={entries(words.volumes)}
        onChange={next => prefer({ volume: next })}
      />
      <SelectField
        label={words.sound}
        value={sound}
        choices={entries(words.attention)}
        onChange={next => prefer({ sound: next })}
      />
      <SelectField label={words.notify} value={notify} choices={entries(words.attention)} onChange={chooseNotify} />
    </div>
  );
};

const entries = <K extends string>(choices: Readonly<Record<K, string>>): [K, string][] =>
  Object.entries(choices) as [K, string][];

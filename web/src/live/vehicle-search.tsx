import { type KeyboardEvent, useId, useMemo, useState } from 'react';
import type { VehicleStatus } from '../api/wire-types';
import { Icon } from '../app/icon';
import { locale } from '../app/language';
import { useStore } from '../app/store';
import { texts } from '../texts/texts';
import { useFleet } from './fleet';
import { selectVehicle } from './live-filters';
import { StatusSign } from './status-sign';

const SHOWN = 8;
/** Made once: thousands of names are compared while somebody types. */
const byName = new Intl.Collator(locale, { numeric: true });

/** Find a vehicle by name or id: type, arrow down, enter. */
export const VehicleSearch = () => {
  const { positions, vehicles } = useFleet();
  const registered = useStore(vehicles);
  const [text, setText] = useState('');
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(0);
  const ids = { input: useId(), list: useId() };

  const found = useMemo(() => {
    const wanted = text.trim().toLowerCase();
    if (wanted === '') return [];
    const known = new Map<string, string>([...positions.all()].map(({ vehicle }) => [vehicle, vehicle]));
    for (const { id, name } of registered.values()) known.set(id, name);
    return [...known]
      .filter(([id, name]) => name.toLowerCase().includes(wanted) || id.toLowerCase().includes(wanted))
      .sort(([, a], [, b]) => byName.compare(a, b))
      .slice(0, SHOWN);
  }, [text, registered, positions]);

  const choose = (id: string | undefined): void => {
    if (id === undefined) return;
    selectVehicle(id);
    setText('');
    setOpen(false);
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0 && found.length > 0) {
      event.preventDefault();
      setActive((active + step + found.length) % found.length);
    } else if (event.key === 'Enter') choose(found[active]?.[0]);
    else if (event.key === 'Escape') setText('');
  };

  const listed = open && text.trim() !== '';
  const statusOf = (id: string): VehicleStatus => positions.of(id)?.status ?? 'offline';
  return (
    <search className="search">
      <Icon name="search" />
      <input
        id={ids.input}
        type="search"
        role="combobox"
        aria-label={texts.search.label}
        aria-expanded={listed}
        aria-controls={ids.list}
        aria-autocomplete="list"
        aria-activedescendant={listed && found.length > 0 ? `${ids.list}-${active}` : undefined}
        placeholder={texts.search.placeholder}
        autoComplete="off"
        value={text}
        onChange={event => {
          setText(event.target.value);
          setActive(0);
          setOpen(true);
        }}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={onKeyDown}
      />
      <div
        id={ids.list}
        className="search-results"
        role="listbox"
        aria-label={texts.search.results(found.length)}
        hidden={!listed}
      >
        {found.map(([id, name], n) => (
          // biome-ignore lint/a11y/useFocusableInteractive lint/a11y/useKeyWithClickEvents: focus stays in the field, which has the keys
          <div
            key={id}
            id={`${ids.list}-${n}`}
            role="option"
            aria-selected={n === active}
            className="search-result"
            // Before the field loses its focus, and the list with it.
            onMouseDown={event => event.preventDefault()}
            onClick={() => choose(id)}
          >
            <StatusSign status={statusOf(id)} />
            <span className="search-name">{name}</span>
            {name !== id && <span className="muted">{id}</span>}
          </div>
        ))}
        {listed && found.length === 0 && <p className="search-none">{texts.search.none}</p>}
      </div>
    </search>
  );
};

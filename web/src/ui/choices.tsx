import { useId } from 'react';
import { Icon } from '../app/icon';
import { texts } from '../texts/texts';

/** Any number of a few things, all in sight. */
export const Choices = <T extends string>({
  label,
  hint,
  choices,
  value,
  problem,
  onChange,
}: {
  label: string;
  hint?: string;
  choices: readonly (readonly [value: T, text: string])[];
  value: readonly T[];
  problem?: string | undefined;
  onChange: (value: T[]) => void;
}) => (
  <fieldset className="choices">
    <legend>{label}</legend>
    {hint && <p className="field-hint">{hint}</p>}
    <div className="choice-list">
      {choices.map(([one, text]) => (
        <label key={one} className="choice">
          <input
            type="checkbox"
            checked={value.includes(one)}
            onChange={({ target: { checked } }) => onChange(checked ? [...value, one] : value.filter(other => other !== one))}
          />
          <span>{text}</span>
        </label>
      ))}
    </div>
    {problem && (
      <p className="problem" role="alert">
        {problem}
      </p>
    )}
  </fieldset>
);

/** Any number of many things: chosen ones as tags, others by a list that finds what is typed. */
export const Picker = ({
  label,
  hint,
  choices,
  value,
  nameOf,
  onChange,
}: {
  label: string;
  hint?: string;
  choices: readonly string[];
  value: readonly string[];
  nameOf: (id: string) => string;
  onChange: (value: string[]) => void;
}) => {
  const id = useId();
  const left = choices.filter(one => !value.includes(one));
  const add = (typed: string): boolean => {
    const found = left.find(one => one === typed || nameOf(one) === typed);
    if (found !== undefined) onChange([...value, found]);
    return found !== undefined;
  };
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {value.length > 0 && (
        <ul className="picked">
          {value.map(one => (
            <li key={one} className="picked-one">
              {nameOf(one)}
              <button
                type="button"
                className="icon-button plain small"
                aria-label={texts.rules.takeOut(nameOf(one))}
                onClick={() => onChange(value.filter(other => other !== one))}
              >
                <Icon name="close" />
              </button>
            </li>
          ))}
        </ul>
      )}
      <input
        id={id}
        type="text"
        list={`${id}-list`}
        autoComplete="off"
        placeholder={texts.rules.pick}
        aria-describedby={hint ? `${id}-hint` : undefined}
        onChange={event => {
          if (add(event.target.value)) event.target.value = '';
        }}
      />
      <datalist id={`${id}-list`}>
        {left.map(one => (
          <option key={one} value={nameOf(one)} />
        ))}
      </datalist>
      {hint && (
        <p id={`${id}-hint`} className="field-hint">
          {hint}
        </p>
      )}
    </div>
  );
};

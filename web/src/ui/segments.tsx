import { useId } from 'react';

/** One of a few, all in sight. */
export const Segments = <T extends string>({
  label,
  value,
  choices,
  onChange,
  small = false,
}: {
  /** For screen readers: what is chosen here. */
  label: string;
  value: T;
  choices: readonly (readonly [value: T, text: string])[];
  onChange: (value: T) => void;
  small?: boolean;
}) => {
  const name = useId();
  return (
    <fieldset className={small ? 'segments small' : 'segments'}>
      <legend className="visually-hidden">{label}</legend>
      {choices.map(([one, text]) => (
        <label key={one} className="segment">
          <input type="radio" name={name} checked={value === one} onChange={() => onChange(one)} />
          <span>{text}</span>
        </label>
      ))}
    </fieldset>
  );
};

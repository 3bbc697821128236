import { type ComponentProps, type ReactNode, useEffect, useId, useState } from 'react';
import { fromShown, toShown, unitSign } from '../format/quantity';

interface FieldProps {
  label: string;
  hint?: ReactNode;
  /** What is wrong with it; stands below, and is told to screen readers. */
  problem?: string | undefined;
}

/** A label, what it holds, what to know about it, and what is wrong with it. */
export const Field = ({
  label,
  hint,
  problem,
  children,
}: FieldProps & {
  children: (aria: { id: string; 'aria-describedby': string | undefined; 'aria-invalid': boolean }) => ReactNode;
}) => {
  const id = useId();
  const describedBy = [hint && `${id}-hint`, problem && `${id}-problem`].filter(Boolean).join(' ') || undefined;
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children({ id, 'aria-describedby': describedBy, 'aria-invalid': problem !== undefined })}
      {hint && (
        <p id={`${id}-hint`} className="field-hint">
          {hint}
        </p>
      )}
      {problem && (
        <p id={`${id}-problem`} className="problem" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
};

type TextFieldProps = FieldProps &
  Omit<ComponentProps<'input'>, 'value' | 'onChange' | 'id'> & { value: string; onChange: (value: string) => void };

export const TextField = ({ label, hint, problem, onChange, ...input }: TextFieldProps) => (
  <Field label={label} hint={hint} problem={problem}>
    {aria => <input type="text" autoComplete="off" {...input} {...aria} onChange={event => onChange(event.target.value)} />}
  </Field>
);

export const TextArea = ({
  label,
  hint,
  problem,
  value,
  onChange,
  ...area
}: FieldProps &
  Omit<ComponentProps<'textarea'>, 'value' | 'onChange' | 'id'> & { value: string; onChange: (value: string) => void }) => (
  <Field label={label} hint={hint} problem={problem}>
    {aria => <textarea rows={3} {...area} {...aria} value={value} onChange={event => onChange(event.target.value)} />}
  </Field>
);

/**
 * A number with its unit behind it. `value` is in the unit of the wire; people see and type theirs (miles, gallons).
 * What is no number is `undefined`; a form that has to hold a number there holds NaN, which shows as empty too and is refused before it is sent.
 */
export const NumberField = ({
  label,
  hint,
  problem,
  unit = '',
  value: held,
  onChange,
  ...input
}: FieldProps &
  Omit<ComponentProps<'input'>, 'value' | 'onChange' | 'id' | 'type'> & {
    unit?: string;
    value: number | undefined;
    onChange: (value: number | undefined) => void;
  }) => {
  const value = Number.isNaN(held) ? undefined : held;
  const written = value === undefined ? '' : String(Number(toShown(value, unit).toPrecision(6)));
  const [text, setText] = useState(written);
  // Somebody else changed it (a reset, another unit); what is being typed (`3.`) stays as it is.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the text follows the value, not itself
  useEffect(() => {
    if (numberIn(text, unit) !== value) setText(written);
  }, [value, written]);
  const sign = unitSign(unit);
  return (
    <Field label={label} hint={hint} problem={problem}>
      {aria => (
        <span className="field-unit">
          <input
            type="text"
            inputMode="decimal"
            autoComplete="off"
            {...input}
            {...aria}
            value={text}
            onChange={event => {
              setText(event.target.value);
              onChange(numberIn(event.target.value, unit));
            }}
          />
          {sign !== '' && <span className="field-sign">{sign}</span>}
        </span>
      )}
    </Field>
  );
};

/** A comma is a decimal point to half of the world. */
const numberIn = (text: string, unit: string): number | undefined => {
  const clean = text.trim().replace('−', '-').replace(',', '.');
  const number = clean === '' ? Number.NaN : Number(clean);
  return Number.isFinite(number) ? Number(fromShown(number, unit).toPrecision(9)) : undefined;
};

export const SelectField = <T extends string>({
  label,
  hint,
  problem,
  value,
  choices,
  onChange,
}: FieldProps & { value: T; choices: readonly (readonly [value: T, text: string])[]; onChange: (value: T) => void }) => (
  <Field label={label} hint={hint} problem={problem}>
    {aria => (
      <select className="select" {...aria} value={value} onChange={event => onChange(event.target.value as T)}>
        {choices.map(([one, text]) => (
          <option key={one} value={one}>
            {text}
          </option>
        ))}
      </select>
    )}
  </Field>
);

export const CheckField = ({
  label,
  hint,
  checked,
  onChange,
}: {
  label: string;
  hint?: ReactNode;
  checked: boolean;
  onChange: (checked: boolean) => void;
}) => {
  const id = useId();
  return (
    <div className="check">
      <input
        id={id}
        type="checkbox"
        checked={checked}
        aria-describedby={hint ? `${id}-hint` : undefined}
        onChange={event => onChange(event.target.checked)}
      />
      <label htmlFor={id}>{label}</label>
      {hint && (
        <p id={`${id}-hint`} className="field-hint">
          {hint}
        </p>
      )}
    </div>
  );
};

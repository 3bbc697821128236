import { quantity } from '../format/quantity';
import { texts } from '../texts/texts';
import { CheckField, NumberField } from '../ui/field';
import { CLASSES, type Problems, problemAt, type RuleParam } from './rule-draft';

const { rules } = texts;

export const paramLabel = (name: string): string => rules.param[name] ?? name;

/** What the server says of it, in the language of the page where that has it. */
const aboutOf = (kind: string, { name, about }: RuleParam): string | null =>
  rules.paramAbout[`${kind}.${name}`] ?? rules.paramAbout[name] ?? about;

/** Seconds stay seconds: what is typed as `300` should not be told as `5 min` only. */
export const written = (value: unknown, unit: string | null): string => {
  if (typeof value === 'boolean') return value ? texts.yes : texts.no;
  if (typeof value !== 'number') return texts.unknown;
  return unit === 's' && value < 60 ? `${value}\u202fs` : quantity(value, unit);
};

/** A parameter of a rule: its name in words, unit, default, and where the default comes from. Four fields where it depends on the class. */
export const ParamField = ({
  kind,
  param,
  value,
  problems,
  onChange,
}: {
  /** Of the rule. */
  kind: string;
  param: RuleParam;
  value: unknown;
  problems: Problems;
  onChange: (value: unknown) => void;
}) => {
  const { name, unit, type } = param;
  const label = paramLabel(name);
  const about = aboutOf(kind, param);
  if (type === 'boolean') {
    return (
      <CheckField
        label={label}
        hint={[about, rules.defaultIs(written(param.default, null))].filter(Boolean).join(' · ')}
        checked={value === true}
        onChange={onChange}
      />
    );
  }
  if (!param.per_class) {
    return (
      <NumberField
        label={label}
        unit={unit ?? ''}
        value={typeof value === 'number' ? value : undefined}
        hint={
          <>
            {about && `${about} · `}
            {rules.defaultIs(written(param.default, unit))}
            {value !== param.default && <ToDefault onClick={() => onChange(param.default)} of={label} />}
          </>
        }
        problem={problemAt(problems, `params.${name}`)}
        onChange={onChange}
      />
    );
  }
  const defaults = param.default as Record<string, number>;
  const values = (typeof value === 'number' ? Object.fromEntries(CLASSES.map(one => [one, value])) : value) as Record<
    string,
    number | undefined
  >;
  return (
    <fieldset className="rule-classes">
      <legend>{label}</legend>
      {about && <p className="field-hint">{about}</p>}
      <div className="form-row tight">
        {CLASSES.map(one => (
          <NumberField
            key={one}
            label={texts.vehicle.classes[one]}
            unit={unit ?? ''}
            value={values?.[one]}
            hint={
              <>
                {rules.defaultIs(written(defaults[one], unit))}
                {values?.[one] !== defaults[one] && (
                  <ToDefault
                    of={`${label}, ${texts.vehicle.classes[one]}`}
                    onClick={() => onChange({ ...values, [one]: defaults[one] })}
                  />
                )}
              </>
            }
            problem={problems.get(`params.${name}.${one}`)}
            onChange={next => onChange({ ...values, [one]: next })}
          />
        ))}
      </div>
      {problems.get(`params.${name}`) && (
        <p className="problem" role="alert">
          {problems.get(`params.${name}`)}
        </p>
      )}
    </fieldset>
  );
};

const ToDefault = ({ onClick, of }: { onClick: () => void; of: string }) => (
  <>
    {' '}
    <button type="button" className="link-button" aria-label={rules.toDefaultOf(of)} onClick={onClick}>
      {rules.toDefault}
    </button>
  </>
);

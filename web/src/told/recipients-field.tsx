import { Icon } from '../app/icon';
import { useGroups } from '../live/use-in-group';
import { type Problems, problemAt } from '../rules/rule-draft';
import { texts } from '../texts/texts';
import { addressOf, kindOf, RECIPIENT_KINDS, type Recipient, type RecipientKind, recipientOf } from './policy-draft';

const { told: words } = texts;
const AT_MOST = 20;

/** Who: people by mail, systems by a webhook that exists, whoever listens to a group over MQTT. */
export const RecipientsField = ({
  label,
  field,
  value,
  webhooks,
  problems,
  onChange,
}: {
  label: string;
  /** Its name on the wire: what the server calls `to[1].email` is told beside the second. */
  field: string;
  value: readonly Recipient[];
  webhooks: readonly { id: string; name: string }[];
  problems: Problems;
  onChange: (value: Recipient[]) => void;
}) => {
  const replace = (n: number, one: Recipient): void => onChange(value.map((other, at) => (at === n ? one : other)));
  const whole = problems.get(field);
  return (
    <fieldset className="choices">
      <legend>{label}</legend>
      <ul className="recipients">
        {value.map((one, n) => {
          const problem = problemAt(problems, `${field}[${n}]`);
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: recipients have no identity but their place
            <li key={n}>
              <div className="recipient">
                <select
                  className="select"
                  aria-label={words.recipientKind(n + 1)}
                  value={kindOf(one)}
                  onChange={({ target }) => replace(n, recipientOf(target.value as RecipientKind, ''))}
                >
                  {RECIPIENT_KINDS.map(kind => (
                    <option key={kind} value={kind}>
                      {words.by[kind]}
                    </option>
                  ))}
                </select>
                <Address
                  one={one}
                  label={words.recipient(n + 1)}
                  webhooks={webhooks}
                  invalid={problem !== undefined}
                  onChange={address => replace(n, recipientOf(kindOf(one), address))}
                />
                <button
                  type="button"
                  className="icon-button plain small"
                  aria-label={words.takeOut(n + 1)}
                  title={words.takeOut(n + 1)}
                  disabled={value.length === 1}
                  onClick={() => onChange(value.filter((_, at) => at !== n))}
                >
                  <Icon name="close" />
                </button>
              </div>
              {problem && (
                <p className="problem" role="alert">
                  {problem}
                </p>
              )}
            </li>
          );
        })}
      </ul>
      {whole && (
        <p className="problem" role="alert">
          {whole}
        </p>
      )}
      <p>
        <button
          type="button"
          className="button small"
          disabled={value.length >= AT_MOST}
          onClick={() => onChange([...value, { email: '' }])}
        >
          {words.addRecipient}
        </button>
      </p>
    </fieldset>
  );
};

const Address = ({
  one,
  label,
  webhooks,
  invalid,
  onChange,
}: {
  one: Recipient;
  label: string;
  webhooks: readonly { id: string; name: string }[];
  invalid: boolean;
  onChange: (address: string) => void;
}) => {
  const groups = useGroups();
  const kind = kindOf(one);
  const shared = { 'aria-label': label, 'aria-invalid': invalid, value: addressOf(one) };
  if (kind === 'email')
    return (
      <input
        {...shared}
        type="email"
        autoComplete="off"
        placeholder={words.mailExample}
        onChange={({ target }) => onChange(target.value)}
      />
    );
  const choices = kind === 'webhook' ? webhooks.map(({ id, name }) => [id, name] as const) : groups.map(id => [id, id] as const);
  const known = choices.some(([id]) => id === addressOf(one));
  return (
    <select {...shared} className="select" onChange={({ target }) => onChange(target.value)}>
      <option value="">{choices.length === 0 ? words.noneToChoose[kind] : words.choose}</option>
      {!known && addressOf(one) !== '' && <option value={addressOf(one)}>{addressOf(one)}</option>}
      {choices.map(([id, name]) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </select>
  );
};

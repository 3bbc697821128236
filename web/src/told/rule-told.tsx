import { useCallback } from 'react';
import { getAll } from '../api/get-all';
import type { AlertKind, Severity } from '../api/wire-types';
import { Link } from '../app/link';
import { useLoaded } from '../app/use-loaded';
import { texts } from '../texts/texts';
import { Loading } from '../ui/loading';
import { Section } from '../ui/page';
import { loadWebhookNames, nameIn } from './names-of';
import { type Policy, recipientText, tellsOf, whenText } from './policy-draft';

const { told: words } = texts;

/** Of a rule that somebody looks at: who hears of what it finds. */
export const RuleTold = ({ id, kind, severity }: { id: string | undefined; kind: AlertKind; severity: Severity }) => {
  const [loaded, retry] = useLoaded(
    useCallback(() => Promise.all([getAll<Policy>('/notification-policies'), loadWebhookNames()]), []),
  );
  return (
    <Section
      title={words.title}
      actions={
        <Link className="button small" to="/rules?tab=told">
          {words.change}
        </Link>
      }
    >
      <Loading of={loaded} onRetry={retry} failed={words.failed}>
        {([policies, webhooks]) => {
          const nameOf = nameIn(webhooks);
          const telling = policies.filter(policy => tellsOf(policy, { id, kind, severity }));
          if (telling.length === 0) return <p className="muted">{words.nobody}</p>;
          return (
            <ul className="plain-list">
              {telling.map(policy => (
                <li key={policy.id} className="breaks">
                  <Link to={`/rules/policy/${encodeURIComponent(policy.id)}`}>{policy.name}</Link>{' '}
                  <span className="muted">
                    {[
                      policy.to.map(one => recipientText(one, nameOf)).join(', '),
                      whenText(policy),
                      policy.escalate &&
                        words.thenAfter(
                          policy.escalate.after_min,
                          policy.escalate.to.map(one => recipientText(one, nameOf)).join(', '),
                        ),
                      policy.groups.length > 0 && policy.groups.join(', '),
                    ]
                      .filter(Boolean)
                      .join(' · ')}
                  </span>
                </li>
              ))}
            </ul>
          );
        }}
      </Loading>
    </Section>
  );
};

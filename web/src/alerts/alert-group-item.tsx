import { memo, useState } from 'react';
import type { Alert } from '../api/wire-types';
import { Icon } from '../app/icon';
import { texts } from '../texts/texts';
import { AlertItem } from './alert-item';
import type { AlertGroup } from './group-alerts';

interface AlertGroupItemProps {
  group: AlertGroup;
  onShowAlert: (alert: Alert) => void;
}

/** Groups are made anew with each alert that arrives; most of them say the same as before. */
const saysTheSame = (a: AlertGroupItemProps, b: AlertGroupItemProps): boolean =>
  a.onShowAlert === b.onShowAlert &&
  a.group.alerts.length === b.group.alerts.length &&
  a.group.alerts.every((alert, n) => alert === b.group.alerts[n]);

/** One entry of the feed: an alert, with its repeats behind it. */
export const AlertGroupItem = memo(({ group, onShowAlert }: AlertGroupItemProps) => {
  const [expanded, setExpanded] = useState(false);
  const [newest, ...repeats] = group.alerts;
  return (
    <li className="feed-group">
      <AlertItem alert={newest!} group={group} onShowAlert={onShowAlert}>
        {repeats.length > 0 && (
          <button
            type="button"
            className="tag tag-button"
            aria-expanded={expanded}
            title={expanded ? texts.alert.hideRepeats : texts.alert.showRepeats(group.alerts.length)}
            onClick={() => setExpanded(!expanded)}
          >
            {texts.alert.repeats(group.alerts.length)}
            <Icon name={expanded ? 'up' : 'down'} />
          </button>
        )}
      </AlertItem>
      {expanded && (
        <ol className="repeats">
          {repeats.map(alert => (
            <li key={alert.id}>
              <AlertItem alert={alert} onShowAlert={onShowAlert} />
            </li>
          ))}
        </ol>
      )}
    </li>
  );
}, saysTheSame);

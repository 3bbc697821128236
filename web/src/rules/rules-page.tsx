import type { PageProps } from '../app/page-props';
import { texts } from '../texts/texts';
import { PolicyEditor } from '../told/policy-editor';
import { ToldTab } from '../told/told-tab';
import { WebhookList } from '../told/webhook-list';
import { Page } from '../ui/page';
import { Tabs } from '../ui/tabs';
import { FenceEditor } from './fence-editor';
import { FenceList } from './fence-list';
import { RuleEditor } from './rule-editor';
import { RuleList } from './rule-list';

const { rules: words } = texts;

/** What the fleet is watched for: rules, geofences, and who gets told. One of them at a time has a page of its own. */
const RulesPage = ({ rest: [what, id] }: PageProps) => {
  if (what === 'rule' && id) return <RuleEditor key={id} id={id} />;
  if (what === 'new-rule' && id) return <RuleEditor key={id} newKind={id} />;
  if (what === 'geofence' && id) return <FenceEditor key={id} id={id} />;
  if (what === 'new-geofence') return <FenceEditor />;
  if (what === 'policy' && id) return <PolicyEditor key={id} id={id} />;
  if (what === 'new-policy') return <PolicyEditor />;
  return (
    <Page title={words.title}>
      <Tabs
        label={words.title}
        tabs={[
          { key: 'rules', text: words.tabs.rules, content: () => <RuleList /> },
          { key: 'geofences', text: words.tabs.geofences, content: () => <FenceList /> },
          { key: 'told', text: texts.told.title, content: () => <ToldTab /> },
          { key: 'webhooks', text: texts.webhooks.title, content: () => <WebhookList /> },
        ]}
      />
    </Page>
  );
};

export default RulesPage;

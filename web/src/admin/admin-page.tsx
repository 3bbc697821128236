import { Notice } from '../app/notice';
import { useFleet } from '../live/fleet';
import { texts } from '../texts/texts';
import { Page } from '../ui/page';
import { type Tab, Tabs } from '../ui/tabs';
import { AuditTab } from './audit-tab';
import { DevicesTab } from './devices-tab';
import { QuarantineTab } from './quarantine-tab';
import { SystemTab } from './system-tab';
import { TokensTab } from './tokens-tab';
import { UsersTab } from './users-tab';

/** What those who run the server need: each tab for those who may. */
const AdminPage = () => {
  const { may } = useFleet();
  const all: (Tab & { needs: string })[] = [
    { key: 'devices', text: texts.admin.tabs.devices, needs: 'fleet.manage', content: () => <DevicesTab /> },
    { key: 'quarantine', text: texts.admin.tabs.quarantine, needs: 'evidence.read', content: () => <QuarantineTab /> },
    { key: 'users', text: texts.admin.tabs.users, needs: 'server.administer', content: () => <UsersTab /> },
    { key: 'tokens', text: texts.admin.tabs.tokens, needs: 'server.administer', content: () => <TokensTab /> },
    { key: 'system', text: texts.admin.tabs.system, needs: 'server.administer', content: () => <SystemTab /> },
    { key: 'audit', text: texts.admin.tabs.audit, needs: 'server.administer', content: () => <AuditTab /> },
  ];
  const tabs = all.filter(({ needs }) => may(needs));
  return (
    <Page title={texts.admin.title}>
      {tabs.length === 0 ? <Notice title={texts.nothingToSee} /> : <Tabs label={texts.admin.title} tabs={tabs} />}
    </Page>
  );
};

export default AdminPage;

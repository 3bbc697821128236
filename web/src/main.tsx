import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/app';
import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';
import './styles/page.css';
import './styles/forms.css';
import './styles/overlays.css';
import './styles/charts.css';
import './styles/ui.css';
import './styles/frame.css';
import './styles/login.css';
import './styles/live.css';
import './styles/map.css';
import './styles/feed.css';
import './styles/vehicle-panel.css';
import './styles/tables.css';
import './styles/replay.css';
import './styles/drivers.css';
import './styles/rules.css';
import './styles/vehicles.css';

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <App />
  </StrictMode>,
);

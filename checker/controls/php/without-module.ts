import type { Step } from '../../remedy/step.ts'

/** Steps from mod_php, which runs all sites as one user, to php-fpm with Apache in front. */
export function withoutModule(version: string): readonly Step[] {
  const enabled = '/etc/apache2/mods-enabled'
  return [
    { install: [`php${version}-fpm`] },
    { tell: 'What php_admin_value says in virtual hosts moves to the pool of each site.' },
    {
      run: `a2dismod php${version} mpm_prefork && a2enmod mpm_event proxy_fcgi setenvif && a2enconf php${version}-fpm`,
      leads: [
        { remove: `${enabled}/php${version}.load` },
        { remove: `${enabled}/php${version}.conf` },
        { remove: `${enabled}/mpm_prefork.load` },
        { remove: `${enabled}/mpm_prefork.conf` },
        { link: `${enabled}/mpm_event.load`, to: '../mods-available/mpm_event.load' },
        { link: `${enabled}/mpm_event.conf`, to: '../mods-available/mpm_event.conf' },
        { link: `${enabled}/proxy.load`, to: '../mods-available/proxy.load' },
        { link: `${enabled}/proxy_fcgi.load`, to: '../mods-available/proxy_fcgi.load' },
        { link: `/etc/apache2/conf-enabled/php${version}-fpm.conf`, to: `../conf-available/php${version}-fpm.conf` },
      ],
    },
    { run: 'apachectl configtest && systemctl restart apache2' },
  ]
}

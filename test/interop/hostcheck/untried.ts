/** Commands that need what is not there, and why: in their place stands one that prints what it was called with. */
export const STAND_INS: Readonly<Record<string, string>> = {
  certbot: 'it asks an authority',
  dnsctl: 'no veild runs',
  hostcheck: 'what it is to bring in, stand-ins did not make',
  nmap: 'it scans from outside',
  restic: 'its repository is on another host',
  sqlmap: 'it attacks a site',
  wp: 'it fetches from wordpress.org',
}

/** Commands of one control that were not run, and why: what they lead to is made by hand. */
export const UNTRIED: Readonly<Record<string, { readonly commands: RegExp; readonly why: string }>> = {
  'IDS-03': { commands: /^augenrules /, why: 'the audit of the kernel belongs to the machine' },
  'IDS-04': { commands: /./, why: 'Debian has no Wazuh' },
  'ISO-MNT-01': { commands: /^mount /, why: 'nothing is mounted there' },
  'PNL-01': { commands: /^systemctl /, why: 'Debian has no Webmin' },
  'S2S-01': { commands: /^mariadb /, why: 'no MariaDB runs' },
  'SRV-BOOT-01': { commands: /^cryptsetup /, why: 'there is no encrypted volume' },
  'SRV-BOOT-03': {
    commands: /^(grub-mkpasswd-pbkdf2|update-grub)$/,
    why: 'one asks for a password, the other for the disk of the root',
  },
  'SRV-ENC-01': { commands: /^(cryptsetup|mount) /, why: 'there is no disk' },
  'SRV-ENC-02': { commands: /swap(off|on)/, why: 'swap belongs to the kernel' },
  'SRV-VM-01': { commands: /^echo /, why: 'there is no chassis' },
}

/**
 * Labels that hosts commonly have, by what they are for: whoever guesses names starts with such as these. Our own
 * collection, made from what services, products, places and things are called; no order is meant.
 */
const THEMES = [
  // Mail
  `mail webmail email smtp imap pop pop3 mx relay mailer mailgate mailhost mailserver mailserv mailman mailadmin mailbox
  mailing mailout mailin mailbackup mailsrv newmail oldmail mymail post postfix postmaster postoffice exchange exch owa
  zimbra roundcube squirrelmail horde exim sendmail dovecot qmail spam antispam spamfilter spamd greylist outbound inbound
  outgoing incoming smtps imaps pop3s smtpout smtpin smtpauth smtprelay smtphost smtpserver imap4 popmail popserver lists
  listserv list newsletter newsletters mailinglist bounce bounces unsubscribe autoresponder mta mda msa mailfilter
  mailrelay mailproxy mailtest quarantine ironport barracuda postini mimecast proofpoint activesync outlook groupwise
  domino lotus notes webmail2 courier cyrus correo correos poczta posta postal pochta messagerie mailgun sendgrid mandrill`,
  // The web
  `www web website site sites home homepage portal blog blogs forum forums board boards wiki news shop store eshop ecommerce
  cart checkout pay payment payments billing invoice invoices order orders catalog catalogue product products static assets
  asset media images image img imgs pics pictures photo photos video videos audio music stream streaming live tv radio cdn
  cache css js fonts files file download downloads upload uploads content contents cms joomla drupal wordpress wp magento
  typo3 moodle mambo plone sharepoint confluence mediawiki landing promo promotion promotions campaign campaigns event
  events calendar booking bookings reservation reservations ticket tickets help helpdesk support faq docs doc documentation
  manual kb knowledge knowledgebase info about contact contacts feedback survey surveys poll polls vote search find rss
  feed feeds community social chat talk im messenger meet meeting meetings conference webinar webinars webconf gallery
  galleries album albums games game play fun mobile m wap wwww touch tablet iphone ipad android ios app apps application
  applications webapp webapps api apis rest soap graphql ws wss websocket service services webservice webservices
  microsite banner banners ad ads adserver advert adverts advertising affiliate affiliates partner partners reseller
  resellers dealer dealers vendor vendors supplier suppliers client clients customer customers member members user users
  account accounts my me profile profiles register registration signup signin login logout sso auth oauth oidc idp
  openid saml cas adfs sts identity id ids accounts password passwords secure security ssl tls origin edge mirror mirrors
  archive archives old new legacy classic beta alpha gamma next preview www-old www-new www-dev www-test redirect go link links
  url short jump out click clicks track tracker tracking pixel count counter stats stat statistics analytics metrics piwik
  matomo webstats awstats webalizer log logs ranking tag tags tagmanager maps map geo gis weather jobs job career careers
  press investor investors ir company corporate about-us magazine journal book books ebook ebooks library bib opac learn
  learning elearning training academy course courses campus class classes school student students alumni faculty staff
  teacher teachers university college dating adult travel hotel hotels auto cars car realestate estate property health
  medical pharma food sport sports football fashion beauty kids baby pets gift gifts voucher coupon coupons deals deal
  sale sales outlet auction auctions market marketplace bazaar trade trading b2b b2c bank banking ebanking netbank finance
  financial money invest insurance loan loans credit crypto bitcoin wallet donate donation charity`,
  // Names and addresses
  `ns dns dns1 nameserver nameservers resolver resolvers rdns ddns dyndns dyn dhcp bootp tftp pxe ntp time clock whois
  primary secondary master slave powerdns bind unbound root hostmaster registry registrar domain domains
  domaincontrol anycast named dns-master dns-slave nsmaster nsa nsb nsc dnsadmin dnsmgr ipam`,
  // Networks
  `gw gateway gate gateways router routers rtr core edge-rtr border bgp ospf mpls vpls wan lan man vlan switch
  switches sw hub bridge firewall fw fws fwall pix asa checkpoint fortigate fortinet paloalto sonicwall watchguard juniper
  junos cisco catalyst nexus huawei mikrotik ubnt unifi ubiquiti meraki aruba ruckus wifi wlan wireless hotspot guest
  guests ap radius tacacs nac ise vpn vpns openvpn ipsec l2tp pptp wireguard wg anyconnect sslvpn webvpn remote remoteaccess
  ras rdp rds rdweb rdgateway terminal ts tsweb citrix xenapp xendesktop netscaler storefront nx vnc ssh sshgw bastion
  jump-host jumphost jumpbox telnet proxy proxies squid webproxy reverseproxy socks tor nat isp dsl adsl vdsl cable modem
  modems dialup dial dialin dialout ppp pppoe ftth fiber fibre cpe noc nocs peering ix transit backbone pop1 loopback
  broadcast network net networks intranet extranet internal external inside outside dmz private public local localhost
  lb loadbalancer balancer haproxy nginx varnish f5 bigip vip ha cluster clusters node nodes ilo idrac ipmi bmc drac kvm
  console oob mgmt management manage manager admin administrator administration adm admins sysadmin webadmin netadmin
  control controlpanel cp cpanel whm webdisk plesk directadmin webmin ispconfig panel dashboard host hosting hosts
  hostname vhost vhosts virtual virtuals vps vds dedicated shared server servers srv svr serv box pc desktop laptop
  workstation ws01 printer printers print scan scanner fax copier camera cameras cam webcam cctv dvr nvr iot sensor
  sensors ups pdu power rack building door alarm voip sip sips pbx asterisk freepbx phone phones tel telephone telephony
  callmanager cucm unity skype lync teams jabber xmpp irc ircd turn stun h323 sbc trunk trunks ivr
  callcenter ipv4 ipv6 v4 v6 ip4 ip6 netflow`,
  // Directories and infrastructure
  `ad ldap ldaps dc dc01 dc02 pdc bdc gc kerberos kdc krb nis directory dir domaincontroller ca pki crl ocsp cert certs
  certificate certificates vault secrets hsm backup backups bkp bak bacula veeam amanda restore dr disaster recovery storage
  san nas netapp emc iscsi nfs samba smb cifs share shares sharing fs fileserver files filer ftp ftps sftp tftp ftpserver
  ftpadmin rsync s3 minio swift ceph gluster object objects bucket owncloud nextcloud drive dropbox sync
  syncthing webdav dav caldav carddav db dbs database databases dbserver dbadmin mysql mariadb pgsql postgres postgresql
  pg sql mssql sqlserver oracle oradb db2 informix sybase mongo mongodb redis memcache memcached cassandra
  couch couchdb couchbase elastic elasticsearch elk kibana logstash splunk graylog syslog loghost logserver logger logging
  solr sphinx hadoop hdfs hive spark kafka zookeeper rabbitmq rabbit mq activemq queue queues broker mqtt nats etl dwh
  datawarehouse warehouse bi olap cube cubes report reports reporting tableau qlik cognos businessobjects crystal sas data
  datasets bigdata ai ml monitor monitoring monitors nagios icinga zabbix cacti mrtg munin ganglia prometheus grafana
  influx influxdb graphite sensu observium librenms prtg solarwinds statuspage status uptime health-check healthcheck
  ping probe probes watch watchdog alert alerts pager oncall sentry newrelic jaeger tracing apm sla`,
  // Development
  `dev devel develop developer developers development devs devops devtest devweb devapi dev-api dev-www dev-app test tests
  testing tester testserver testsite testweb testwww testapi test-api tst testbed testlab qa qas quality uat acceptance acc
  accept stage staging stg stag staged staging-api stage-api preprod pre-prod preproduction pre prod production prd live
  sandbox sbx demo demos demo2 trial trials eval poc pilot lab labs research rd experiment experimental int
  integration ci cd build builds builder buildbot jenkins hudson teamcity bamboo travis drone gocd argo argocd spinnaker
  git gitlab github gitea gogs gerrit bitbucket stash svn subversion cvs hg mercurial bzr repo repos repository
  repositories source sources src code codes coder review reviews phabricator redmine trac jira bugzilla bugs bug issues
  issue mantis youtrack kanban agile scrum trello artifactory maven npm pypi docker registry harbor quay
  rancher kubernetes k8s kube kubeapi openshift okd swarm nomad consul etcd mesos marathon helm istio traefik envoy
  ingress terraform ansible puppet chef salt saltstack foreman cobbler satellite spacewalk wsus sccm patch patches update
  updates upgrade upgrades release releases packages package pkg deb rpm yum apt mirrorlist selenium sonar sonarqube
  phpmyadmin pma myadmin phppgadmin adminer pgadmin mysqladmin phpinfo php perl python ruby rails java tomcat jboss
  wildfly weblogic websphere glassfish jetty iis apache httpd lighttpd coldfusion dotnet asp aspx swagger
  openapi docs-api apidocs api-docs api-dev api-test apidev apitest api1 api2 api3 apiv1 apiv2 v1 v2 v3 backend back-end
  frontend front middleware microservice lambda function functions worker workers cron batch scheduler schedule task tasks
  tmp temp tempo old new dummy example sample samples foo bar baz mock stub`,
  // Business
  `erp crm hr hrm hris sap sapgui sapportal sfa scm plm mes wms tms pos pim mdm dms ecm edms docuware documentum alfresco
  sugarcrm vtiger salesforce dynamics navision nav axapta peoplesoft siebel oracleapps ebs netsuite odoo openerp dolibarr
  office office365 o365 workplace work timesheet timesheets timecard payroll expense expenses procurement
  purchase purchasing inventory stock stocks logistics shipping delivery fleet warehouse
  legal compliance audit audits risk security sec soc siem ips waf av antivirus kaspersky mcafee symantec sophos
  epo bitdefender nessus openvas qualys scan pentest honeypot intra inet intranet extra employee employees personnel
  people team teams group groups project projects pm pmo collaboration collab share-point workspace desk servicedesk
  service-desk itsm remedy otrs rt zendesk freshdesk osticket kayako it itsupport ithelp edp tech technical technology
  engineering eng design designer graphics creative marketing pr media-center sales presales accounting
  accountant admin2 exec ceo cfo cio cto boss secretary reception corp corporation global international
  regional region national branch branches hq headquarters head main central center centre factory plant site1 site2
  subsidiary holding ventures foundation consulting agency agencies gov government city council police court military army
  navy embassy ministry parliament senate education edu kindergarten institute institut academy science physics chemistry
  biology math maths cs ee med medicine hospital clinic doctor nurse pharmacy radiology pacs dicom his`,
  // Clouds and products
  `cloud clouds aws azure gcp google amazon microsoft apple ibm openstack horizon keystone nova glance vmware
  vcenter vsphere esx esxi vm vms vmhost hyperv hyper-v xen proxmox pve ovirt rhev nutanix vdi vcloud
  windows win win7 win10 win2k nt winnt w2k linux unix ubuntu debian centos redhat rhel fedora suse sles freebsd openbsd
  netbsd bsd solaris sun aix hpux hp dell lenovo as400 mainframe zos vax mac macos osx android facebook twitter
  instagram linkedin youtube pinterest whatsapp telegram slack discord mattermost rocketchat zulip zoom webex jitsi bbb
  bigbluebutton gotomeeting teamviewer anydesk guacamole minecraft ts3 teamspeak mumble ventrilo steam csgo counterstrike
  wow quake plex emby jellyfin kodi torrent torrents seedbox transmission sonarr radarr homeassistant hass domoticz
  synology qnap fritzbox pihole unms openwrt pfsense opnsense untangle zentyal ipcop`,
  // Letters, words of order, and what people call machines
  `a b c d e f g h i j k l n o p q r s t u v w x y z one two three four five first second third last red green blue yellow
  black white orange purple pink brown gray grey silver gold bronze platinum diamond ruby emerald sapphire crystal amber
  beta delta epsilon zeta eta theta iota kappa lambda mu nu omicron pi rho sigma tau upsilon phi chi psi omega zeus hera
  apollo ares athena hermes poseidon hades artemis aphrodite dionysus demeter atlas prometheus titan chronos kronos helios
  eros pan nike iris orion pegasus phoenix hydra medusa cerberus minotaur odin thor loki freya baldur ragnarok valhalla
  asgard jupiter mars venus mercury saturn uranus neptune pluto earth moon luna sol star stars galaxy andromeda sirius
  vega polaris rigel castor pollux gemini aries taurus cancer leo virgo libra scorpio sagittarius capricorn aquarius pisces
  alfa bravo charlie echo foxtrot golf hotel india juliet kilo lima mike november oscar papa quebec romeo sierra tango
  uniform victor whiskey xray yankee zulu merlin gandalf frodo bilbo sauron aragorn legolas gimli galadriel elrond saruman
  gollum mordor rohan gondor hobbit shire vader yoda luke leia solo chewbacca r2d2 c3po kirk spock picard riker worf enterprise
  voyager defiant neo trinity morpheus matrix oracle smith homer bart lisa marge maggie simpson bender fry leela zoidberg
  farnsworth batman superman spiderman hulk ironman snoopy garfield mickey donald goofy pluto tiger lion panther cheetah
  leopard jaguar puma lynx wolf bear fox eagle hawk falcon raven crow owl dove swan shark dolphin whale octopus squid
  cobra viper python2 dragon unicorn dino mammoth elephant rhino giraffe zebra horse mustang pony bull cow pig sheep goat dog
  cat mouse rat rabbit hamster beaver badger otter turtle frog spider ant bee wasp butterfly mango banana apple cherry
  lemon lime peach plum grape strawberry kiwi coconut chocolate vanilla coffee java tea beer wine whisky vodka pizza
  oak pine maple birch willow cedar ash elm rose tulip lily daisy lotus orchid fire water air wind storm thunder
  lightning rain snow ice sun sky cloud9 ocean sea river lake mountain hill valley forest desert island beach rock stone iron
  steel copper zinc lead uranium plutonium helium hydrogen oxygen nitrogen carbon neon argon krypton xenon radon einstein
  newton galileo kepler copernicus curie darwin tesla edison turing lovelace hopper godel gauss euler fermat pascal descartes
  plato socrates aristotle homer dante shakespeare goethe mozart beethoven bach chopin picasso rembrandt monet davinci`,
  // Places
  `ae af al am ao aq ar as at au aw az ba bb bd bf bg bh bj bm bn bo br bs bt bw by bz cf cg ch ck cl cm cn co cr cu cv cy cz
  de dj dk dm do dz ec eg er es et eu fi fj fk fm fo fr ga gb gd gh gl gm gp gq gr gt gu gy hk hn ht hu ie il iq is jm jo
  jp ke kg kh ki km kn kp kr kw ky kz la lc li lk lr ls lt lu lv ly ma mc md mg mk mm mn mo mp mr mt mv mw my mz na nc ne ng
  ni nl no np nz om pa pe ph pk pl pt py qa ro rs ru rw sa sb sd se sg si sk sl sm sn so sr st su sv sy sz td tg th tj tm
  tn to tr tt tw tz ua ug uk us uy uz va vc ve vn ye yu za zm zw en english german french spanish italian russian chinese
  japanese europe asia africa america americas latam emea apac north south east west northeast northwest southeast southwest
  usa canada mexico brazil argentina chile peru colombia venezuela germany france spain italy portugal austria switzerland
  belgium netherlands holland denmark sweden norway finland poland czech hungary romania bulgaria greece turkey russia ukraine
  china japan korea taiwan hongkong singapore malaysia thailand vietnam indonesia philippines australia newzealand egypt
  israel dubai london paris berlin munich hamburg frankfurt cologne stuttgart vienna zurich geneva bern rome milan madrid
  barcelona lisbon amsterdam brussels copenhagen stockholm oslo helsinki warsaw prague budapest bucharest athens istanbul
  moscow kiev tokyo osaka beijing shanghai seoul delhi mumbai bangalore sydney melbourne auckland toronto montreal vancouver
  newyork nyc boston chicago dallas houston austin denver phoenix seattle portland sanfrancisco sf losangeles sandiego
  sanjose lasvegas atlanta miami orlando tampa charlotte washington philadelphia pittsburgh detroit cleveland columbus
  minneapolis stlouis kansas omaha nashville memphis neworleans alabama alaska arizona arkansas california colorado
  connecticut delaware florida georgia hawaii idaho illinois indiana iowa kentucky louisiana maine maryland massachusetts
  michigan minnesota mississippi missouri montana nebraska nevada newhampshire newjersey newmexico northcarolina
  northdakota ohio oklahoma oregon pennsylvania rhodeisland southcarolina southdakota tennessee texas utah vermont
  virginia westvirginia wisconsin wyoming ny nj fl tx wa va dc2 lon nyc2 fra ams par sin hkg syd lax sfo sjc ord dfw iad atl
  mia sea`,
] as const

/** What is numbered, from 0 to 9. */
const NUMBERED =
  'ns mx mail www web dns smtp server srv host vpn db app dev test ftp gw sql node vps cdn img s static api proxy cache win pc'.split(
    ' ',
  )

/** Each of the list once. */
export const WORDS: readonly string[] = [
  ...new Set([
    ...THEMES.flatMap((theme) => theme.split(/\s+/)),
    ...NUMBERED.flatMap((stem) => Array.from({ length: 10 }, (_, number) => `${stem}${number}`)),
    ...['ns', 'mail', 'web', 'mx', 'app'].flatMap((stem) => ['01', '02', '03'].map((number) => stem + number)),
  ]),
]

/** Half a guess: what people type, programs try by themselves, and old links lead to, though it is not there. */
export const OFTEN_ASKED: ReadonlySet<string> = new Set(
  `www mail webmail email smtp imap pop pop3 mx ftp m mobile wap blog shop store forum news home web api app cdn static
  img images media support help admin login test dev vpn remote portal cloud ns1 ns2 ns dns mx1 mx2 www1 www2 wwww email
  server host sip time ntp proxy localhost internal local lan ads stats status search static mail1 mail2 en de`.split(
    /\s+/,
  ),
)

/**
 * What programs look for in every domain they are configured with, there or not: asking for it says nothing. The last
 * line is what a suffix leaves behind where a search list was applied to a complete name, and names were minimised.
 */
export const EXPECTED: ReadonlySet<string> = new Set(
  `autodiscover autoconfig wpad isatap lyncdiscover lyncdiscoverinternal sip sipinternal sipexternal mta-sts openpgpkey
  enterpriseregistration enterpriseenrollment msoid localhost localdomain local lan home corp internal intranet workgroup
  broadcasthost ipp printer printers proxy gateway router time ntp ldap kerberos dc gc pdc
  com net org edu gov mil int arpa info biz io de uk eu fr us ru cn jp br it nl es ch at se`.split(/\s+/),
)

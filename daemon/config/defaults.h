/* defaults.h - the configuration of a daemon that was given none. */
#ifndef LAVOIR_CONFIG_DEFAULTS_H
#define LAVOIR_CONFIG_DEFAULTS_H

/* JSON text; paths are relative to the current folder. */
const char *config_default_text(void);

#endif

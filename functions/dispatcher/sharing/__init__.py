"""A poll with much to send shares it: further invocations of the dispatcher each send one shard."""

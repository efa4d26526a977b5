<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en_US" sourcelanguage="en">
<context>
    <name>Captions</name>
    <message numerus="yes">
        <source>%Ln tokens</source>
        <translation>
            <numerusform>%Ln token</numerusform>
            <numerusform>%Ln tokens</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ErrorText</name>
    <message numerus="yes">
        <source>This message is %Ln tokens too long for this model’s context of %1. Shorten it or the system prompt.</source>
        <translation>
            <numerusform>This message is %Ln token too long for this model’s context of %1. Shorten it or the system prompt.</numerusform>
            <numerusform>This message is %Ln tokens too long for this model’s context of %1. Shorten it or the system prompt.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>monochord::app::ChatController</name>
    <message numerus="yes">
        <source>%Ln chats were imported</source>
        <translation>
            <numerusform>%Ln chat was imported</numerusform>
            <numerusform>%Ln chats were imported</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>monochord::app::ChatList</name>
    <message numerus="yes">
        <source>Folder %1, collapsed, %Ln chats</source>
        <translation>
            <numerusform>Folder %1, collapsed, %Ln chat</numerusform>
            <numerusform>Folder %1, collapsed, %Ln chats</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Folder %1, %Ln chats</source>
        <translation>
            <numerusform>Folder %1, %Ln chat</numerusform>
            <numerusform>Folder %1, %Ln chats</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Format</name>
    <message numerus="yes">
        <source>%Ln s</source>
        <translation>
            <numerusform>%Ln s</numerusform>
            <numerusform>%Ln s</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln min</source>
        <translation>
            <numerusform>%Ln min</numerusform>
            <numerusform>%Ln min</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>monochord::app::ChatPresenter</name>
    <message numerus="yes">
        <source>The first %Ln messages no longer fit: the model will not see them</source>
        <translation>
            <numerusform>%Ln message at the beginning no longer fits: the model will not see it</numerusform>
            <numerusform>The first %Ln messages no longer fit: the model will not see them</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>monochord::app::ChatView</name>
    <message numerus="yes">
        <source>The longest reply (%Ln tokens) is reached</source>
        <translation>
            <numerusform>The longest reply (%Ln token) is reached</numerusform>
            <numerusform>The longest reply (%Ln tokens) is reached</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Replay: every byte is the same (%Ln tokens)</source>
        <translation>
            <numerusform>Replay: every byte is the same (%Ln token)</numerusform>
            <numerusform>Replay: every byte is the same (%Ln tokens)</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>monochord::app::ModelDetails</name>
    <message numerus="yes">
        <source>and %Ln more</source>
        <translation>
            <numerusform>and %Ln more</numerusform>
            <numerusform>and %Ln more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>monochord::app::StatusLine</name>
    <message numerus="yes">
        <source>%n threads</source>
        <translation>
            <numerusform>%n thread</numerusform>
            <numerusform>%n threads</numerusform>
        </translation>
    </message>
</context>
</TS>

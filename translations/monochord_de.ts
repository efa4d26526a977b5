<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE" sourcelanguage="en">
<context>
    <name>Captions</name>
    <message>
        <source>You</source>
        <translation>Frage</translation>
    </message>
    <message>
        <source>Reply</source>
        <translation>Antwort</translation>
    </message>
    <message>
        <source>temperature %1</source>
        <translation>Temperatur %1</translation>
    </message>
    <message>
        <source>seed %1</source>
        <translation>Startwert %1</translation>
    </message>
    <message numerus="yes">
        <source>%Ln tokens</source>
        <translation>
            <numerusform>%Ln&#xa0;Token</numerusform>
            <numerusform>%Ln&#xa0;Token</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 tokens/s</source>
        <translation>%1&#xa0;Token/s</translation>
    </message>
    <message>
        <source>not finished</source>
        <translation>nicht beendet</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>Chat</translation>
    </message>
    <message>
        <source>System prompt</source>
        <translation>System-Prompt</translation>
    </message>
</context>
<context>
    <name>ChatGpt</name>
    <message>
        <source>[picture]</source>
        <translation>[Bild]</translation>
    </message>
    <message>
        <source>[attachment]</source>
        <translation>[Anhang]</translation>
    </message>
</context>
<context>
    <name>CutName</name>
    <message>
        <source>logit bias</source>
        <comment>a sampler</comment>
        <translation>Logit-Aufschlag</translation>
    </message>
    <message>
        <source>top-nσ</source>
        <comment>a sampler</comment>
        <translation>Top-nσ</translation>
    </message>
    <message>
        <source>top-k</source>
        <comment>a sampler</comment>
        <translation>Top-k</translation>
    </message>
    <message>
        <source>typical</source>
        <comment>a sampler</comment>
        <translation>Typical</translation>
    </message>
    <message>
        <source>top-p</source>
        <comment>a sampler</comment>
        <translation>Top-p</translation>
    </message>
    <message>
        <source>min-p</source>
        <comment>a sampler</comment>
        <translation>Min-p</translation>
    </message>
    <message>
        <source>XTC</source>
        <comment>a sampler</comment>
        <translation>XTC</translation>
    </message>
    <message>
        <source>temperature</source>
        <comment>a sampler</comment>
        <translation>Temperatur</translation>
    </message>
    <message>
        <source>mirostat</source>
        <comment>a sampler</comment>
        <translation>Mirostat</translation>
    </message>
</context>
<context>
    <name>DatabaseText</name>
    <message>
        <source>the backup %1 cannot be written</source>
        <translation>die Sicherung %1 kann nicht geschrieben werden</translation>
    </message>
    <message>
        <source>there is no such file</source>
        <translation>diese Datei gibt es nicht</translation>
    </message>
    <message>
        <source>the database has version %1, this program knows %2</source>
        <translation>die Datenbank hat Version %1, dieses Programm kennt %2</translation>
    </message>
</context>
<context>
    <name>ErrorText</name>
    <message>
        <source>the reason is not known</source>
        <translation>der Grund ist nicht bekannt</translation>
    </message>
    <message>
        <source>%1 can’t be opened: %2. Choose another model.</source>
        <translation>%1 lässt sich nicht öffnen (%2). Bitte ein anderes Modell wählen.</translation>
    </message>
    <message>
        <source>%1 can’t be read: %2. Choose a file that ends in .gguf.</source>
        <translation>%1 lässt sich nicht lesen (%2). Bitte eine Datei wählen, die auf .gguf endet.</translation>
    </message>
    <message>
        <source>%1 is not a GGUF model. Choose a file that ends in .gguf.</source>
        <translation>%1 ist kein GGUF-Modell. Bitte eine Datei wählen, die auf .gguf endet.</translation>
    </message>
    <message>
        <source>%1 is not complete: %2. Download or copy it again.</source>
        <translation>%1 ist unvollständig (%2). Bitte noch einmal herunterladen oder kopieren.</translation>
    </message>
    <message>
        <source>%1 is damaged: %2. Download it again, or choose another model.</source>
        <translation>%1 ist beschädigt (%2). Bitte noch einmal herunterladen oder ein anderes Modell wählen.</translation>
    </message>
    <message>
        <source>%1 can’t be used: %2. Choose another model.</source>
        <translation>%1 kann nicht verwendet werden (%2). Bitte ein anderes Modell wählen.</translation>
    </message>
    <message>
        <source>There is not enough memory for %1: %2. Close other programs, or choose a smaller model.</source>
        <translation>%1 braucht mehr Arbeitsspeicher, als frei ist (%2). Bitte andere Programme schließen oder ein kleineres Modell wählen.</translation>
    </message>
    <message>
        <source>%1 changed while it was read: %2. Wait until it is complete, then open it again.</source>
        <translation>%1 hat sich beim Lesen geändert (%2). Bitte warten, bis die Datei vollständig ist, und sie dann noch einmal öffnen.</translation>
    </message>
    <message>
        <source>%1 can’t be used for a chat: %2. Choose another model.</source>
        <translation>%1 eignet sich nicht für einen Chat (%2). Bitte ein anderes Modell wählen.</translation>
    </message>
    <message>
        <source>%1 was not opened, because you stopped it. Open it again when you want it.</source>
        <translation>%1 wurde nicht geöffnet, weil das Öffnen abgebrochen wurde. Die Datei lässt sich jederzeit noch einmal öffnen.</translation>
    </message>
    <message>
        <source>No model is loaded. Drop a .gguf file on the window, or open one with Ctrl+O.</source>
        <translation>Es ist kein Modell geladen. Bitte eine .gguf-Datei auf das Fenster ziehen oder mit Strg+O öffnen.</translation>
    </message>
    <message>
        <source>The message can’t be sent: %1. Check the sampling settings, then send it again.</source>
        <translation>Die Nachricht kann nicht gesendet werden (%1). Bitte die Sampling-Einstellungen prüfen und noch einmal senden.</translation>
    </message>
    <message>
        <source>There is not enough memory for this message: %1. Close other programs, then send it again.</source>
        <translation>Für diese Nachricht reicht der Arbeitsspeicher nicht (%1). Bitte andere Programme schließen und noch einmal senden.</translation>
    </message>
    <message>
        <source>The message is too long: %1. Shorten it, or begin a new chat.</source>
        <translation>Die Nachricht ist zu lang (%1). Bitte kürzen oder einen neuen Chat beginnen.</translation>
    </message>
    <message>
        <source>The message was not sent, because you stopped it. Its text is still there.</source>
        <translation>Die Nachricht wurde nicht gesendet, weil das Senden abgebrochen wurde. Ihr Text ist noch da.</translation>
    </message>
    <message>
        <source>The message can’t be sent: %1. Open the model again, then send it once more.</source>
        <translation>Die Nachricht kann nicht gesendet werden (%1). Bitte das Modell noch einmal öffnen und erneut senden.</translation>
    </message>
    <message>
        <source>The reply broke off: %2. %1 may be damaged; download it again, or choose another model.</source>
        <translation>Die Antwort brach ab (%2). %1 ist möglicherweise beschädigt; bitte noch einmal herunterladen oder ein anderes Modell wählen.</translation>
    </message>
    <message>
        <source>The reply broke off, because %1 changed: %2. Open the model again.</source>
        <translation>Die Antwort brach ab, weil sich %1 geändert hat (%2). Bitte das Modell noch einmal öffnen.</translation>
    </message>
    <message>
        <source>The reply broke off for lack of memory: %2. Close other programs, or choose a smaller model than %1.</source>
        <translation>Die Antwort brach ab, weil der Arbeitsspeicher nicht reichte (%2). Bitte andere Programme schließen oder ein kleineres Modell als %1 wählen.</translation>
    </message>
    <message>
        <source>The reply broke off, because the context of %1 is full: %2. Begin a new chat.</source>
        <translation>Die Antwort brach ab, weil der Kontext voll ist (%1: %2). Bitte einen neuen Chat beginnen.</translation>
    </message>
    <message>
        <source>You stopped the reply. Continue it or regenerate it when you want.</source>
        <translation>Die Antwort wurde gestoppt. Sie lässt sich jederzeit fortsetzen oder neu erzeugen.</translation>
    </message>
    <message>
        <source>The reply broke off: %2. Check the sampling settings, then continue it.</source>
        <translation>Die Antwort brach ab (%2). Bitte die Sampling-Einstellungen prüfen und die Antwort dann fortsetzen.</translation>
    </message>
    <message>
        <source>The reply broke off: %2. Open %1 again, then regenerate the reply.</source>
        <translation>Die Antwort brach ab (%2). Bitte %1 noch einmal öffnen und die Antwort dann neu erzeugen.</translation>
    </message>
    <message>
        <source>Your chats can’t be found in %1: %2. This chat goes on, but is not saved; put the file back and start again.</source>
        <translation>Die Chats sind in %1 nicht zu finden (%2). Dieser Chat geht weiter, wird aber nicht gespeichert; bitte die Datei zurücklegen und Monochord neu starten.</translation>
    </message>
    <message>
        <source>The file of your chats is damaged: %2. It stays beside the new one that was begun; do not delete it if its chats matter.</source>
        <translation>Die Datei mit den Chats ist beschädigt (%2). Sie bleibt neben der neu angelegten liegen; bitte nicht löschen, wenn ihre Chats wichtig sind.</translation>
    </message>
    <message>
        <source>Your chats in %1 can’t be read: %2. Install the newest Monochord; this chat goes on, but is not saved.</source>
        <translation>Die Chats in %1 lassen sich nicht lesen (%2). Bitte das neueste Monochord installieren; dieser Chat geht weiter, wird aber nicht gespeichert.</translation>
    </message>
    <message>
        <source>Saving was stopped. This chat goes on; what is not saved yet is tried again.</source>
        <translation>Das Speichern wurde abgebrochen. Dieser Chat geht weiter; was noch nicht gespeichert ist, wird erneut versucht.</translation>
    </message>
    <message>
        <source>Your chats can’t be saved in %1: %2. Make room on the disk or check the folder; this chat goes on meanwhile.</source>
        <translation>Die Chats lassen sich nicht in %1 speichern (%2). Bitte Platz auf dem Datenträger schaffen oder den Ordner prüfen; dieser Chat geht inzwischen weiter.</translation>
    </message>
    <message numerus="yes">
        <source>This message is %Ln tokens too long for this model’s context of %1. Shorten it or the system prompt.</source>
        <translation>
            <numerusform>Diese Nachricht ist um %Ln&#xa0;Token zu lang für den Kontext dieses Modells (%1). Bitte sie oder den System-Prompt kürzen.</numerusform>
            <numerusform>Diese Nachricht ist um %Ln&#xa0;Token zu lang für den Kontext dieses Modells (%1). Bitte sie oder den System-Prompt kürzen.</numerusform>
        </translation>
    </message>
    <message>
        <source>The file</source>
        <translation>Die Datei</translation>
    </message>
    <message>
        <source>the model</source>
        <translation>das Modell</translation>
    </message>
    <message>
        <source>%1 holds no chats. Choose a JSON file that Monochord exported, or conversations.json of ChatGPT.</source>
        <translation>%1 enthält keine Chats. Bitte eine JSON-Datei wählen, die Monochord exportiert hat, oder conversations.json von ChatGPT.</translation>
    </message>
    <message>
        <source>%1 comes from a newer Monochord. Install the newest version, then import it again.</source>
        <translation>%1 stammt von einem neueren Monochord. Bitte die neueste Version installieren und die Datei erneut importieren.</translation>
    </message>
    <message>
        <source>%1 is too large to import: files of up to %2 are read. Export fewer chats at once.</source>
        <translation>%1 ist zu groß zum Importieren: Gelesen werden Dateien bis %2. Bitte weniger Chats auf einmal exportieren.</translation>
    </message>
    <message>
        <source>%1 can’t be read: %2. Nothing was imported; choose another file.</source>
        <translation>%1 lässt sich nicht lesen (%2). Es wurde nichts importiert; bitte eine andere Datei wählen.</translation>
    </message>
    <message>
        <source>%1 is damaged: %2. Nothing was imported; export it again.</source>
        <translation>%1 ist beschädigt (%2). Es wurde nichts importiert; bitte die Chats erneut exportieren.</translation>
    </message>
    <message>
        <source>%1 can’t be written: %2. Make room on the disk, or choose another folder.</source>
        <translation>%1 lässt sich nicht schreiben (%2). Bitte Platz auf dem Datenträger schaffen oder einen anderen Ordner wählen.</translation>
    </message>
    <message>
        <source>The model’s chat template refuses this chat: %1. Change the system prompt or the message, or put another template in its place, in the menu.</source>
        <translation>Die Chat-Vorlage des Modells lehnt diesen Chat ab (%1). Bitte den System-Prompt oder die Nachricht ändern oder die Vorlage ersetzen, im Menü.</translation>
    </message>
    <message>
        <source>%1 can’t be converted: %2. Choose the folder that a model was downloaded into.</source>
        <translation>%1 kann nicht umgewandelt werden (%2). Bitte den Ordner wählen, in den ein Modell heruntergeladen wurde.</translation>
    </message>
    <message>
        <source>%1 can’t be converted: %2.</source>
        <translation>%1 kann nicht umgewandelt werden (%2).</translation>
    </message>
    <message>
        <source>%1 can’t be converted: %2. Make room on the disk, or choose another place.</source>
        <translation>%1 kann nicht umgewandelt werden (%2). Bitte Platz auf der Platte schaffen oder einen anderen Ort wählen.</translation>
    </message>
    <message>
        <source>There is not enough memory to convert %1: %2. Close other programs, then try again.</source>
        <translation>Der Speicher reicht nicht, um %1 umzuwandeln (%2). Bitte andere Programme schließen und es noch einmal versuchen.</translation>
    </message>
    <message>
        <source>%1 changed while it was converted: %2. Wait until it is complete, then try again.</source>
        <translation>%1 hat sich beim Umwandeln verändert (%2). Bitte warten, bis alles vollständig ist, und es noch einmal versuchen.</translation>
    </message>
    <message>
        <source>%1 was not converted, because you stopped it. Nothing is left of it.</source>
        <translation>%1 wurde nicht umgewandelt, weil es abgebrochen wurde. Es bleibt nichts davon zurück.</translation>
    </message>
</context>
<context>
    <name>Format</name>
    <message>
        <source>%1 B</source>
        <comment>billions of parameters</comment>
        <translation>%1&#xa0;Mrd.</translation>
    </message>
    <message>
        <source>%1 M</source>
        <comment>millions of parameters</comment>
        <translation>%1&#xa0;Mio.</translation>
    </message>
    <message>
        <source>&lt; %1 %</source>
        <comment>percentage</comment>
        <translation>&lt;&#xa0;%1&#xa0;%</translation>
    </message>
    <message>
        <source>%1 %</source>
        <comment>percentage</comment>
        <translation>%1&#xa0;%</translation>
    </message>
    <message numerus="yes">
        <source>%Ln s</source>
        <translation>
            <numerusform>%Ln&#xa0;s</numerusform>
            <numerusform>%Ln&#xa0;s</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln min</source>
        <translation>
            <numerusform>%Ln&#xa0;min</numerusform>
            <numerusform>%Ln&#xa0;min</numerusform>
        </translation>
    </message>
    <message>
        <source>%1/s · %2 left</source>
        <comment>speed, time</comment>
        <translation>%1/s · noch %2</translation>
    </message>
</context>
<context>
    <name>Import</name>
    <message>
        <source>message %1 of chat %2</source>
        <translation>Nachricht %1 von Chat %2</translation>
    </message>
    <message>
        <source>it has no chats</source>
        <translation>die Chats fehlen</translation>
    </message>
    <message>
        <source>%1 at byte %2</source>
        <translation>%1 bei Byte %2</translation>
    </message>
    <message>
        <source>it is no file</source>
        <translation>es ist keine Datei</translation>
    </message>
</context>
<context>
    <name>main</name>
    <message>
        <source>Runs open language models on this computer, with no network.</source>
        <translation>Führt offene Sprachmodelle auf diesem Rechner aus, ohne Netz.</translation>
    </message>
    <message>
        <source>The GGUF file to load where none was loaded before.</source>
        <translation>Die GGUF-Datei, die geladen wird, wenn es noch keine vom letzten Mal gibt.</translation>
    </message>
    <message>
        <source>file</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Print this help and exit.</source>
        <translation>Diese Hilfe ausgeben und enden.</translation>
    </message>
    <message>
        <source>A GGUF file to load, or the folder of a model to convert.</source>
        <translation>Eine GGUF-Datei, die geladen werden soll, oder der Ordner eines Modells, das umgewandelt werden soll.</translation>
    </message>
</context>
<context>
    <name>monochord::app::ActionBar</name>
    <message>
        <source>Previous version</source>
        <translation>Vorige Version</translation>
    </message>
    <message>
        <source>Next version</source>
        <translation>Nächste Version</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copy message</source>
        <translation>Nachricht kopieren</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>Kopiert</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Bearbeiten</translation>
    </message>
    <message>
        <source>Edit message</source>
        <translation>Nachricht bearbeiten</translation>
    </message>
    <message>
        <source>Regenerate</source>
        <translation>Neu erzeugen</translation>
    </message>
    <message>
        <source>Regenerate reply</source>
        <translation>Antwort neu erzeugen</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Continue reply</source>
        <translation>Antwort fortsetzen</translation>
    </message>
    <message>
        <source>%1/%2</source>
        <translation>%1/%2</translation>
    </message>
    <message>
        <source>Version %1 of %2</source>
        <translation>Version %1 von %2</translation>
    </message>
    <message>
        <source>Branch</source>
        <translation>Abzweigen</translation>
    </message>
    <message>
        <source>Branch to new chat</source>
        <translation>In neuen Chat abzweigen</translation>
    </message>
    <message>
        <source>Replay</source>
        <translation>Nachrechnen</translation>
    </message>
    <message>
        <source>Replay: compute it again and compare</source>
        <translation>Nachrechnen: noch einmal berechnen und vergleichen</translation>
    </message>
</context>
<context>
    <name>monochord::app::Banner</name>
    <message>
        <source>Dismiss</source>
        <translation>Schließen</translation>
    </message>
</context>
<context>
    <name>monochord::app::ChatController</name>
    <message>
        <source>%1 (copy)</source>
        <translation>%1 (Kopie)</translation>
    </message>
    <message>
        <source>%1 (branch)</source>
        <translation>%1 (Abzweig)</translation>
    </message>
    <message>
        <source>“%1” is called “%2” now</source>
        <translation>„%1“ heißt jetzt „%2“</translation>
    </message>
    <message>
        <source>“%1” was deleted</source>
        <translation>„%1“ wurde gelöscht</translation>
    </message>
    <message numerus="yes">
        <source>%Ln chats were imported</source>
        <translation>
            <numerusform>%Ln Chat wurde importiert</numerusform>
            <numerusform>%Ln Chats wurden importiert</numerusform>
        </translation>
    </message>
    <message>
        <source>This is the copy</source>
        <translation>Das ist die Kopie</translation>
    </message>
    <message>
        <source>“%1” has another place</source>
        <translation>„%1“ hat einen anderen Platz</translation>
    </message>
    <message>
        <source>“%1” is pinned</source>
        <translation>„%1“ ist angeheftet</translation>
    </message>
    <message>
        <source>“%1” is in “%2” now</source>
        <translation>„%1“ liegt jetzt in „%2“</translation>
    </message>
    <message>
        <source>“%1” is listed by day again</source>
        <translation>„%1“ steht wieder bei seinem Tag</translation>
    </message>
    <message>
        <source>“%1” is a new folder</source>
        <translation>„%1“ ist ein neuer Ordner</translation>
    </message>
    <message>
        <source>The folder “%1” was deleted</source>
        <translation>Der Ordner „%1“ wurde gelöscht</translation>
    </message>
    <message>
        <source>The folder “%1” was deleted; its chats are listed by day</source>
        <translation>Der Ordner „%1“ wurde gelöscht; seine Chats stehen bei ihren Tagen</translation>
    </message>
    <message>
        <source>The reply was edited</source>
        <translation>Die Antwort wurde bearbeitet</translation>
    </message>
    <message>
        <source>The message was edited</source>
        <translation>Die Nachricht wurde bearbeitet</translation>
    </message>
    <message>
        <source>The message was answered anew</source>
        <translation>Die Nachricht wurde neu beantwortet</translation>
    </message>
    <message>
        <source>The reply was branched</source>
        <translation>Die Antwort wurde verzweigt</translation>
    </message>
    <message>
        <source>The system prompt was changed</source>
        <translation>Der System-Prompt wurde geändert</translation>
    </message>
    <message>
        <source>The message was deleted</source>
        <translation>Die Nachricht wurde gelöscht</translation>
    </message>
    <message>
        <source>The message and what follows it were deleted</source>
        <translation>Die Nachricht und was ihr folgt wurden gelöscht</translation>
    </message>
</context>
<context>
    <name>monochord::app::ChatList</name>
    <message>
        <source>New chat</source>
        <translation>Neuer Chat</translation>
    </message>
    <message numerus="yes">
        <source>Folder %1, collapsed, %Ln chats</source>
        <translation>
            <numerusform>Ordner %1, zugeklappt, %Ln Chat</numerusform>
            <numerusform>Ordner %1, zugeklappt, %Ln Chats</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Folder %1, %Ln chats</source>
        <translation>
            <numerusform>Ordner %1, %Ln Chat</numerusform>
            <numerusform>Ordner %1, %Ln Chats</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>monochord::app::ChatListDelegate</name>
    <message>
        <source>TODAY</source>
        <translation>HEUTE</translation>
    </message>
    <message>
        <source>YESTERDAY</source>
        <translation>GESTERN</translation>
    </message>
    <message>
        <source>LAST WEEK</source>
        <translation>LETZTE 7&#xa0;TAGE</translation>
    </message>
    <message>
        <source>EARLIER</source>
        <translation>FRÜHER</translation>
    </message>
    <message>
        <source>Title of the chat</source>
        <translation>Titel des Chats</translation>
    </message>
    <message>
        <source>PINNED</source>
        <translation>ANGEHEFTET</translation>
    </message>
    <message>
        <source>FOLDERS</source>
        <translation>ORDNER</translation>
    </message>
    <message>
        <source>Name of the folder</source>
        <translation>Name des Ordners</translation>
    </message>
</context>
<context>
    <name>monochord::app::ChatListView</name>
    <message>
        <source>Chats</source>
        <translation>Chats</translation>
    </message>
</context>
<context>
    <name>monochord::app::ChatPresenter</name>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Open in browser</source>
        <translation>Im Browser öffnen</translation>
    </message>
    <message numerus="yes">
        <source>The first %Ln messages no longer fit: the model will not see them</source>
        <translation>
            <numerusform>%Ln&#xa0;Nachricht am Anfang passt nicht mehr hinein: Das Modell wird sie nicht sehen</numerusform>
            <numerusform>Die ersten %Ln&#xa0;Nachrichten passen nicht mehr hinein: Das Modell wird sie nicht sehen</numerusform>
        </translation>
    </message>
    <message>
        <source>Reading the prompt… %1 %</source>
        <translation>Prompt wird gelesen… %1&#xa0;%</translation>
    </message>
    <message>
        <source>Replaying…</source>
        <translation>Wird nachgerechnet…</translation>
    </message>
    <message>
        <source>Replaying… %1 %</source>
        <translation>Wird nachgerechnet… %1&#xa0;%</translation>
    </message>
</context>
<context>
    <name>monochord::app::ChatView</name>
    <message>
        <source>Conversation</source>
        <translation>Unterhaltung</translation>
    </message>
    <message>
        <source>The messages of this chat. Arrow keys scroll, Ctrl+A selects all, Tab reaches the actions.</source>
        <translation>Die Nachrichten dieses Chats. Pfeiltasten blättern, Strg+A wählt alles aus, Tab führt zu den Aktionen.</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copy as Markdown</source>
        <translation>Als Markdown kopieren</translation>
    </message>
    <message>
        <source>Copy link address</source>
        <translation>Link-Adresse kopieren</translation>
    </message>
    <message>
        <source>Select all</source>
        <translation>Alles auswählen</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>Gestoppt</translation>
    </message>
    <message>
        <source>Interrupted: Monochord ended while this was written</source>
        <translation>Unterbrochen: Monochord wurde während dieser Antwort beendet</translation>
    </message>
    <message numerus="yes">
        <source>The longest reply (%Ln tokens) is reached</source>
        <translation>
            <numerusform>Die Höchstlänge (%Ln&#xa0;Token) ist erreicht</numerusform>
            <numerusform>Die Höchstlänge (%Ln&#xa0;Token) ist erreicht</numerusform>
        </translation>
    </message>
    <message>
        <source>The context is full: the reply ends here</source>
        <translation>Der Kontext ist voll: Hier endet die Antwort</translation>
    </message>
    <message>
        <source>The model sees the chat from here on</source>
        <translation>Ab hier sieht das Modell den Chat</translation>
    </message>
    <message>
        <source>The model&apos;s file has changed since.</source>
        <translation>Die Modelldatei hat sich seither geändert.</translation>
    </message>
    <message>
        <source>The type of the cache was another: %1.</source>
        <translation>Der Typ des Caches war ein anderer: %1.</translation>
    </message>
    <message>
        <source>It was computed by another version of Monochord: %1.</source>
        <translation>Berechnet hat sie eine andere Version von Monochord: %1.</translation>
    </message>
    <message>
        <source>Model, version and settings are the same: this should not be.</source>
        <translation>Modell, Version und Einstellungen sind dieselben: Das dürfte nicht sein.</translation>
    </message>
    <message numerus="yes">
        <source>Replay: every byte is the same (%Ln tokens)</source>
        <translation>
            <numerusform>Nachgerechnet: jedes Byte ist gleich (%Ln&#xa0;Token)</numerusform>
            <numerusform>Nachgerechnet: jedes Byte ist gleich (%Ln&#xa0;Token)</numerusform>
        </translation>
    </message>
    <message>
        <source>Replay: the same up to token %L1 of %L2. %3</source>
        <translation>Nachgerechnet: gleich bis Token %L1 von %L2. %3</translation>
    </message>
    <message>
        <source>Replay: not possible, since the tokens of this reply were not recorded</source>
        <translation>Nachrechnen ist nicht möglich: Die Token dieser Antwort wurden nicht aufgezeichnet</translation>
    </message>
    <message>
        <source>Replay: the model that wrote this, %1, is no longer at %2</source>
        <translation>Nachrechnen ist nicht möglich: Das Modell %1, das dies schrieb, liegt nicht mehr unter %2</translation>
    </message>
    <message>
        <source>Branch to new chat</source>
        <translation>In neuen Chat abzweigen</translation>
    </message>
    <message>
        <source>Replay</source>
        <translation>Nachrechnen</translation>
    </message>
    <message>
        <source>under %1</source>
        <translation>unter %1</translation>
    </message>
    <message>
        <source>Wait for the next word</source>
        <translation>Gleich kommt das nächste Wort</translation>
    </message>
    <message>
        <source>Not recorded: nothing is known of the words of this reply</source>
        <translation>Nicht aufgezeichnet: Über die Wörter dieser Antwort ist nichts bekannt</translation>
    </message>
    <message>
        <source>end of the reply</source>
        <translation>Ende der Antwort</translation>
    </message>
    <message>
        <source>cut by %1</source>
        <comment>a sampler</comment>
        <translation>gekappt (%1)</translation>
    </message>
    <message>
        <source>A reply is being written</source>
        <translation>Eine Antwort wird geschrieben</translation>
    </message>
    <message>
        <source>Click, or Enter: the reply goes on from that word</source>
        <translation>Klick oder Eingabe: Die Antwort geht von diesem Wort aus weiter</translation>
    </message>
    <message>
        <source>Delete this message and what follows</source>
        <translation>Diese Nachricht und alles danach löschen</translation>
    </message>
</context>
<context>
    <name>monochord::app::Composer</name>
    <message>
        <source>System prompt: what the model should know or how it should answer</source>
        <translation>System-Prompt: was das Modell wissen oder wie es antworten soll</translation>
    </message>
    <message>
        <source>System prompt</source>
        <translation>System-Prompt</translation>
    </message>
    <message>
        <source>Write a message, or drop a model</source>
        <translation>Nachricht schreiben oder Modell ablegen</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>Nachricht</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Cancel editing</source>
        <translation>Bearbeiten abbrechen</translation>
    </message>
    <message>
        <source>Show or hide the system prompt of this chat</source>
        <translation>System-Prompt dieses Chats ein- oder ausblenden</translation>
    </message>
    <message>
        <source>Context used</source>
        <translation>Belegter Kontext</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>Senden</translation>
    </message>
    <message>
        <source>System prompt ✓</source>
        <translation>System-Prompt ✓</translation>
    </message>
    <message>
        <source>System prompt, none</source>
        <translation>System-Prompt, keiner</translation>
    </message>
    <message>
        <source>System prompt, set</source>
        <translation>System-Prompt, gesetzt</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Stopp</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <comment>tokens of the context</comment>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>%1 of %2 tokens of the context are used</source>
        <translation>%1 von %2&#xa0;Token des Kontexts sind belegt</translation>
    </message>
    <message>
        <source>Editing your message</source>
        <translation>Nachricht wird bearbeitet</translation>
    </message>
    <message>
        <source>Editing the reply</source>
        <translation>Antwort wird bearbeitet</translation>
    </message>
</context>
<context>
    <name>monochord::app::ConvertPage</name>
    <message>
        <source>%1 parameters</source>
        <translation>%1 Parameter</translation>
    </message>
    <message>
        <source>licence not named</source>
        <translation>Lizenz nicht genannt</translation>
    </message>
    <message>
        <source>licence: %1</source>
        <translation>Lizenz: %1</translation>
    </message>
    <message>
        <source>Close; the work goes on</source>
        <translation>Schließen; die Arbeit geht weiter</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>Ändern…</translation>
    </message>
    <message>
        <source>Choose another folder for the file</source>
        <translation>Einen anderen Ordner für die Datei wählen</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Which type?</source>
        <translation>Welcher Typ?</translation>
    </message>
    <message>
        <source>Load</source>
        <translation>Laden</translation>
    </message>
    <message>
        <source>Convert</source>
        <translation>Umwandeln</translation>
    </message>
    <message>
        <source>Quantize</source>
        <translation>Quantisieren</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Takes %1 of memory, and more for the context.</source>
        <translation>Braucht %1 Speicher, dazu etwas für den Kontext.</translation>
    </message>
    <message>
        <source>Takes %1 of memory, and more for the context. It fits: %2 are free.</source>
        <translation>Braucht %1 Speicher, dazu etwas für den Kontext. Es passt: %2 sind frei.</translation>
    </message>
    <message>
        <source>Takes %1 of memory, and more for the context. It does not fit: %2 are free. Choose a smaller type.</source>
        <translation>Braucht %1 Speicher, dazu etwas für den Kontext. Es passt nicht: %2 sind frei. Bitte einen kleineren Typ wählen.</translation>
    </message>
    <message>
        <source>Convert a model</source>
        <translation>Ein Modell umwandeln</translation>
    </message>
    <message>
        <source>Reading what it is…</source>
        <translation>Es wird gelesen, was es ist…</translation>
    </message>
    <message>
        <source>Quantize a model</source>
        <translation>Ein Modell quantisieren</translation>
    </message>
    <message>
        <source>There is no smaller type for this model.</source>
        <translation>Für dieses Modell gibt es keinen kleineren Typ.</translation>
    </message>
    <message>
        <source>This model is quantized already. Quantizing it again loses more than making the same type from the original would.</source>
        <translation>Dieses Modell ist schon quantisiert. Noch einmal quantisiert, verliert es mehr, als wenn derselbe Typ aus dem Original entsteht.</translation>
    </message>
    <message>
        <source>Saved as %1</source>
        <translation>Gespeichert als %1</translation>
    </message>
    <message>
        <source>The disk has room for %1 only, and %2 are needed. Choose a smaller type, or another folder.</source>
        <translation>Auf der Platte ist nur Platz für %1, nötig sind %2. Bitte einen kleineren Typ oder einen anderen Ordner wählen.</translation>
    </message>
    <message>
        <source>The model is ready.</source>
        <translation>Das Modell ist fertig.</translation>
    </message>
</context>
<context>
    <name>monochord::app::ConvertPresenter</name>
    <message>
        <source>Choose a folder for the file</source>
        <translation>Einen Ordner für die Datei wählen</translation>
    </message>
    <message>
        <source>Converting %1</source>
        <translation>%1 wird umgewandelt</translation>
    </message>
    <message>
        <source>Quantizing %1</source>
        <translation>%1 wird quantisiert</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>Converting Qwen: 12 %</comment>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>%1 was not converted</source>
        <translation>%1 wurde nicht umgewandelt</translation>
    </message>
    <message>
        <source>%1 is ready</source>
        <translation>%1 ist fertig</translation>
    </message>
</context>
<context>
    <name>monochord::app::DropOverlay</name>
    <message>
        <source>%1 parameters</source>
        <translation>%1 Parameter</translation>
    </message>
    <message>
        <source>Needs %1 of memory</source>
        <translation>Braucht %1 Arbeitsspeicher</translation>
    </message>
    <message>
        <source>Fits in memory</source>
        <translation>Passt in den Arbeitsspeicher</translation>
    </message>
    <message>
        <source>Needs %1, %2 are free</source>
        <translation>Braucht %1, frei sind %2</translation>
    </message>
    <message>
        <source>%1 of memory with %2 tokens of context</source>
        <translation>%1 Speicher bei %2&#xa0;Token Kontext</translation>
    </message>
    <message>
        <source>Reading what it is…</source>
        <translation>Wird untersucht…</translation>
    </message>
    <message>
        <source>Drop to load</source>
        <translation>Zum Laden ablegen</translation>
    </message>
    <message>
        <source>Chats of Monochord or ChatGPT</source>
        <translation>Chats von Monochord oder ChatGPT</translation>
    </message>
    <message>
        <source>Drop to import</source>
        <translation>Zum Importieren loslassen</translation>
    </message>
    <message>
        <source>A Hugging Face model, not converted yet</source>
        <translation>Ein Modell von Hugging Face, noch nicht umgewandelt</translation>
    </message>
    <message>
        <source>Drop to convert</source>
        <translation>Zum Umwandeln loslassen</translation>
    </message>
</context>
<context>
    <name>monochord::app::ExchangePresenter</name>
    <message>
        <source>Markdown (*.md)</source>
        <translation>Markdown (*.md)</translation>
    </message>
    <message>
        <source>Web page (*.html)</source>
        <translation>Webseite (*.html)</translation>
    </message>
    <message>
        <source>JSON, with all branches and records (*.json)</source>
        <translation>JSON mit allen Zweigen und Angaben (*.json)</translation>
    </message>
    <message>
        <source>Chats</source>
        <translation>Chats</translation>
    </message>
    <message>
        <source>Import chats</source>
        <translation>Chats importieren</translation>
    </message>
    <message>
        <source>Chats of Monochord or ChatGPT (*.json)</source>
        <translation>Chats von Monochord oder ChatGPT (*.json)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>Exported to %1</source>
        <translation>Exportiert nach %1</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
</context>
<context>
    <name>monochord::app::FindBar</name>
    <message>
        <source>Find in chat</source>
        <translation>Im Chat suchen</translation>
    </message>
    <message>
        <source>Previous</source>
        <translation>Vorherige Stelle</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>Nächste Stelle</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Not found</source>
        <translation>Nicht gefunden</translation>
    </message>
    <message>
        <source>%L1 of %L2</source>
        <translation>%L1 von %L2</translation>
    </message>
</context>
<context>
    <name>monochord::app::HeaderBar</name>
    <message>
        <source>No model</source>
        <translation>Kein Modell</translation>
    </message>
    <message>
        <source>No model. Choose one</source>
        <translation>Kein Modell. Eines wählen</translation>
    </message>
    <message>
        <source> · %1 · %2</source>
        <comment>quantization, memory</comment>
        <translation> · %1 · %2</translation>
    </message>
    <message>
        <source>Model %1, %2, %3 of memory. Choose another</source>
        <translation>Modell %1, %2, %3 Arbeitsspeicher. Ein anderes wählen</translation>
    </message>
    <message>
        <source>%1 tokens of context · keys %2, values %3 · threads: %4 · %5</source>
        <comment>types of the KV cache, instruction set</comment>
        <translation>%1&#xa0;Token Kontext · Schlüssel %2, Werte %3 · Threads: %4 · %5</translation>
    </message>
</context>
<context>
    <name>monochord::app::HelpDialog</name>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Tasten</translation>
    </message>
    <message>
        <source>Version %1, under the Apache License 2.0.</source>
        <translation>Version %1, unter der Apache License 2.0.</translation>
    </message>
    <message>
        <source>Runs open language models on this computer, with no network. It is built on:</source>
        <translation>Lässt offene Sprachmodelle auf diesem Rechner laufen, ohne Netz. Gebaut auf:</translation>
    </message>
    <message>
        <source>public domain</source>
        <translation>gemeinfrei</translation>
    </message>
</context>
<context>
    <name>monochord::app::HelpPage</name>
    <message>
        <source>Open in browser</source>
        <translation>Im Browser öffnen</translation>
    </message>
</context>
<context>
    <name>monochord::app::LibraryList</name>
    <message>
        <source>Models of Monochord</source>
        <translation>Modelle von Monochord</translation>
    </message>
    <message>
        <source>Downloads</source>
        <translation>Downloads</translation>
    </message>
    <message>
        <source>Models on this computer</source>
        <translation>Modelle auf diesem Rechner</translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <comment>quantization, size</comment>
        <translation>%1 · %2</translation>
    </message>
    <message>
        <source>%1, %2, %3</source>
        <comment>name, quantization and size, place</comment>
        <translation>%1, %2, %3</translation>
    </message>
</context>
<context>
    <name>monochord::app::LibraryPage</name>
    <message>
        <source>Folders</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>Search models</source>
        <translation>Modelle suchen</translation>
    </message>
    <message>
        <source>Open…</source>
        <translation>Öffnen…</translation>
    </message>
    <message>
        <source>Open a model file</source>
        <translation>Modelldatei öffnen</translation>
    </message>
    <message>
        <source>Back to the chat</source>
        <translation>Zurück zum Chat</translation>
    </message>
    <message>
        <source>Add a folder…</source>
        <translation>Ordner hinzufügen…</translation>
    </message>
    <message>
        <source>Remove %1</source>
        <translation>%1 entfernen</translation>
    </message>
    <message>
        <source>No models were found on this computer. Open a file, or add a folder to look into.</source>
        <translation>Auf diesem Rechner wurden keine Modelle gefunden. Bitte eine Datei öffnen oder einen Ordner zum Durchsuchen hinzufügen.</translation>
    </message>
    <message>
        <source>No model is called that.</source>
        <translation>Kein Modell heißt so.</translation>
    </message>
</context>
<context>
    <name>monochord::app::LibraryPresenter</name>
    <message>
        <source>Add a folder of models</source>
        <translation>Ordner mit Modellen hinzufügen</translation>
    </message>
</context>
<context>
    <name>monochord::app::LoadForm</name>
    <message>
        <source>Context</source>
        <translation>Kontext</translation>
    </message>
    <message>
        <source>Tokens of a chat that the model can see at once</source>
        <translation>So viele Token eines Chats sieht das Modell auf einmal</translation>
    </message>
    <message>
        <source>Threads</source>
        <translation>Threads</translation>
    </message>
    <message>
        <source>That compute at once; more than there are cores help nothing</source>
        <translation>Die zugleich rechnen; mehr als Kerne da sind, nützen nichts</translation>
    </message>
    <message>
        <source>all</source>
        <translation>alle</translation>
    </message>
    <message>
        <source>Smaller types need less memory for the context; with Q4_0 the replies get worse</source>
        <translation>Kleinere Typen brauchen weniger Speicher für den Kontext; mit Q4_0 werden die Antworten schlechter</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Schlüssel</translation>
    </message>
    <message>
        <source>Values</source>
        <translation>Werte</translation>
    </message>
    <message>
        <source>Instructions</source>
        <translation>Befehlssatz</translation>
    </message>
    <message>
        <source>The first one is the fastest here; all give the same replies</source>
        <translation>Der erste ist hier der schnellste; die Antworten sind bei allen gleich</translation>
    </message>
</context>
<context>
    <name>monochord::app::LoadingRow</name>
    <message>
        <source>Loading the model</source>
        <translation>Modell wird geladen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Cancel loading</source>
        <translation>Laden abbrechen</translation>
    </message>
</context>
<context>
    <name>monochord::app::MainWindow</name>
    <message>
        <source>Monochord</source>
        <translation>Monochord</translation>
    </message>
    <message>
        <source>Monochord is open already and does not answer. This window works, but cannot save chats until the other one is closed.</source>
        <translation>Monochord ist schon offen und antwortet nicht. Dieses Fenster arbeitet, kann aber keine Chats speichern, bis das andere geschlossen ist.</translation>
    </message>
    <message>
        <source>New folder</source>
        <translation>Neuer Ordner</translation>
    </message>
</context>
<context>
    <name>monochord::app::MessageActions</name>
    <message>
        <source>Thinking…</source>
        <translation>Denkt nach…</translation>
    </message>
    <message>
        <source>Thoughts</source>
        <translation>Gedanken</translation>
    </message>
    <message>
        <source>Thought for %1 s</source>
        <translation>%1&#xa0;s nachgedacht</translation>
    </message>
    <message>
        <source>Thought for about %1 s</source>
        <translation>Etwa %1&#xa0;s nachgedacht</translation>
    </message>
    <message>
        <source>Hides what the model thought</source>
        <translation>Verbirgt, was das Modell gedacht hat</translation>
    </message>
    <message>
        <source>Shows what the model thought</source>
        <translation>Zeigt, was das Modell gedacht hat</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copy code</source>
        <translation>Code kopieren</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>Kopiert</translation>
    </message>
</context>
<context>
    <name>monochord::app::ModelDetails</name>
    <message>
        <source>Load</source>
        <translation>Laden</translation>
    </message>
    <message>
        <source>Check…</source>
        <translation>Prüfen…</translation>
    </message>
    <message>
        <source>Reads the whole file and says what is wrong with it</source>
        <translation>Liest die ganze Datei und sagt, was an ihr nicht stimmt</translation>
    </message>
    <message>
        <source>Show file</source>
        <translation>Datei zeigen</translation>
    </message>
    <message>
        <source>Shows the file’s folder in the file manager</source>
        <translation>Zeigt den Ordner der Datei in der Dateiverwaltung</translation>
    </message>
    <message>
        <source>Chat template…</source>
        <translation>Chat-Vorlage…</translation>
    </message>
    <message>
        <source>Architecture</source>
        <translation>Architektur</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>Parameter</translation>
    </message>
    <message>
        <source>Quantization</source>
        <translation>Quantisierung</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>Trained context</source>
        <translation>Kontext im Training</translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>%1&#xa0;Token</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>Lizenz</translation>
    </message>
    <message>
        <source>not named</source>
        <translation>nicht genannt</translation>
    </message>
    <message>
        <source>Chat template</source>
        <translation>Chat-Vorlage</translation>
    </message>
    <message>
        <source>in the file</source>
        <translation>in der Datei</translation>
    </message>
    <message>
        <source>none; ChatML is used</source>
        <translation>keine; ChatML wird verwendet</translation>
    </message>
    <message>
        <source>The file does not say how much memory its context needs.</source>
        <translation>Die Datei sagt nicht, wie viel Arbeitsspeicher ihr Kontext braucht.</translation>
    </message>
    <message>
        <source>%1 of memory: %2 the model, %3 the context.</source>
        <translation>%1 Arbeitsspeicher: %2 das Modell, %3 der Kontext.</translation>
    </message>
    <message>
        <source>%1 It fits: %2 are free.</source>
        <translation>%1 Das passt: %2 sind frei.</translation>
    </message>
    <message>
        <source>%1 It does not fit: %2 are free. It would read from the disk all the time.</source>
        <translation>%1 Das passt nicht: %2 sind frei. Es würde ständig vom Datenträger lesen.</translation>
    </message>
    <message>
        <source>%1 It does not fit: %2 are free. Choose a shorter context.</source>
        <translation>%1 Das passt nicht: %2 sind frei. Bitte einen kürzeren Kontext wählen.</translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <comment>place, path</comment>
        <translation>%1 · %2</translation>
    </message>
    <message>
        <source>Load again</source>
        <translation>Neu laden</translation>
    </message>
    <message>
        <source>Checking</source>
        <translation>Prüfung</translation>
    </message>
    <message>
        <source>The check was stopped.</source>
        <translation>Die Prüfung wurde abgebrochen.</translation>
    </message>
    <message>
        <source>The whole file was read, and nothing is wrong with it.</source>
        <translation>Die ganze Datei wurde gelesen, und sie ist in Ordnung.</translation>
    </message>
    <message>
        <source>Something is wrong with this file:</source>
        <translation>Mit dieser Datei stimmt etwas nicht:</translation>
    </message>
    <message>
        <source>Copy the report</source>
        <translation>Bericht kopieren</translation>
    </message>
    <message>
        <source>Quantize…</source>
        <translation>Quantisieren…</translation>
    </message>
    <message>
        <source>Makes a smaller copy with fewer bits a weight</source>
        <translation>Macht eine kleinere Kopie mit weniger Bits je Gewicht</translation>
    </message>
    <message numerus="yes">
        <source>and %Ln more</source>
        <translation>
            <numerusform>und %Ln weiteres</numerusform>
            <numerusform>und %Ln weitere</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>monochord::app::ModelList</name>
    <message>
        <source>Models on this computer</source>
        <translation>Modelle auf diesem Rechner</translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <comment>quantization, size</comment>
        <translation>%1 · %2</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <comment>name, quantization and size</comment>
        <translation>%1, %2</translation>
    </message>
</context>
<context>
    <name>monochord::app::ModelPresenter</name>
    <message>
        <source>Open a model</source>
        <translation>Modell öffnen</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Alle Dateien (*)</translation>
    </message>
    <message>
        <source>The chat template of %1 has an error: %2. Mend it, or use another one.</source>
        <translation>Die Chat-Vorlage von %1 hat einen Fehler (%2). Bitte berichtigen oder eine andere verwenden.</translation>
    </message>
    <message>
        <source>Chat template…</source>
        <translation>Chat-Vorlage…</translation>
    </message>
    <message>
        <source>%1 was in use when Monochord crashed, twice in a row, so it was not loaded.</source>
        <translation>%1 war in Gebrauch, als Monochord abstürzte, zweimal hintereinander, und wurde deshalb nicht geladen.</translation>
    </message>
    <message>
        <source>Load anyway</source>
        <translation>Trotzdem laden</translation>
    </message>
    <message>
        <source>Models (*.gguf *.safetensors)</source>
        <translation>Modelle (*.gguf *.safetensors)</translation>
    </message>
</context>
<context>
    <name>monochord::app::Notifier</name>
    <message>
        <source>Show</source>
        <translation>Zeigen</translation>
    </message>
</context>
<context>
    <name>monochord::app::ReplyNotice</name>
    <message>
        <source>The reply has ended</source>
        <translation>Die Antwort ist zu Ende</translation>
    </message>
</context>
<context>
    <name>monochord::app::SamplingDock</name>
    <message>
        <source>Sampling</source>
        <translation>Sampling</translation>
    </message>
    <message>
        <source>Precise</source>
        <translation>Präzise</translation>
    </message>
    <message>
        <source>Balanced</source>
        <translation>Standard</translation>
    </message>
    <message>
        <source>Creative</source>
        <translation>Kreativ</translation>
    </message>
    <message>
        <source>Neutral</source>
        <translation>Neutral</translation>
    </message>
    <message>
        <source>Presets</source>
        <translation>Voreinstellungen</translation>
    </message>
    <message>
        <source>Next word</source>
        <translation>Nächstes Wort</translation>
    </message>
    <message>
        <source>off</source>
        <translation>aus</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>Temperatur</translation>
    </message>
    <message>
        <source>How evenly the chances are spread; 0 always takes the likeliest word</source>
        <translation>Wie gleichmäßig die Chancen verteilt sind; bei 0 kommt immer das wahrscheinlichste Wort</translation>
    </message>
    <message>
        <source>greedy</source>
        <translation>greedy</translation>
    </message>
    <message>
        <source>Top-k</source>
        <translation>Top-k</translation>
    </message>
    <message>
        <source>Keeps this many of the likeliest words</source>
        <translation>Behält so viele der wahrscheinlichsten Wörter</translation>
    </message>
    <message>
        <source>Top-p</source>
        <translation>Top-p</translation>
    </message>
    <message>
        <source>Keeps the likeliest words up to this sum of chances</source>
        <translation>Behält die wahrscheinlichsten Wörter bis zu dieser Summe der Chancen</translation>
    </message>
    <message>
        <source>Min-p</source>
        <translation>Min-p</translation>
    </message>
    <message>
        <source>Drops words with less than this share of the likeliest word&apos;s chance</source>
        <translation>Verwirft Wörter, deren Chance unter diesem Anteil der größten Chance liegt</translation>
    </message>
    <message>
        <source>Repeat penalty</source>
        <translation>Wiederholungsstrafe</translation>
    </message>
    <message>
        <source>Makes words that came lately less likely</source>
        <translation>Macht Wörter, die kürzlich vorkamen, weniger wahrscheinlich</translation>
    </message>
    <message>
        <source>Longest reply</source>
        <translation>Höchstlänge</translation>
    </message>
    <message>
        <source>no limit</source>
        <translation>unbegrenzt</translation>
    </message>
    <message>
        <source>Longest reply, in tokens</source>
        <translation>Höchstlänge einer Antwort, in Token</translation>
    </message>
    <message>
        <source>Tokens of a reply at most; 0: until the context is full</source>
        <translation>Höchstens so viele Token je Antwort; 0: bis der Kontext voll ist</translation>
    </message>
</context>
<context>
    <name>monochord::app::ScopeView</name>
    <message>
        <source>Next word</source>
        <translation>Nächstes Wort</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>word, chance</comment>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>%1, drawn</source>
        <translation>%1, gezogen</translation>
    </message>
    <message>
        <source>cut by %1</source>
        <comment>a sampler</comment>
        <translation>gekappt (%1)</translation>
    </message>
    <message>
        <source>Fills with the first reply: the words that can come next, and their chances.</source>
        <translation>Füllt sich mit der ersten Antwort: die Wörter, die folgen können, und ihre Chancen.</translation>
    </message>
</context>
<context>
    <name>monochord::app::SeedRow</name>
    <message>
        <source>Seed</source>
        <translation>Startwert</translation>
    </message>
    <message>
        <source>random</source>
        <translation>zufällig</translation>
    </message>
    <message>
        <source>Empty: a fresh one for each reply</source>
        <translation>Leer: ein neuer für jede Antwort</translation>
    </message>
    <message>
        <source>A fresh seed for each reply</source>
        <translation>Ein neuer Startwert (Seed) für jede Antwort</translation>
    </message>
    <message>
        <source>A fresh seed for each reply; switch it off to keep a number</source>
        <translation>Ein neuer Startwert (Seed) für jede Antwort; ausgeschaltet bleibt es bei einer Zahl</translation>
    </message>
</context>
<context>
    <name>monochord::app::Sidebar</name>
    <message>
        <source>Chats</source>
        <translation>Chats</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>Neuer Chat</translation>
    </message>
    <message>
        <source>Search all chats</source>
        <translation>Chats durchsuchen</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Umbenennen</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportieren…</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Duplizieren</translation>
    </message>
    <message>
        <source>New folder</source>
        <translation>Neuer Ordner</translation>
    </message>
    <message>
        <source>Unpin</source>
        <translation>Lösen</translation>
    </message>
    <message>
        <source>Pin</source>
        <translation>Anheften</translation>
    </message>
    <message>
        <source>Move to</source>
        <translation>Verschieben nach</translation>
    </message>
    <message>
        <source>No folder</source>
        <translation>Kein Ordner</translation>
    </message>
    <message>
        <source>Expand</source>
        <translation>Aufklappen</translation>
    </message>
    <message>
        <source>Collapse</source>
        <translation>Zuklappen</translation>
    </message>
    <message>
        <source>Delete folder</source>
        <translation>Ordner löschen</translation>
    </message>
</context>
<context>
    <name>monochord::app::SliderRow</name>
    <message>
        <source>%1, as a number</source>
        <translation>%1, als Zahl</translation>
    </message>
</context>
<context>
    <name>monochord::app::StartPage</name>
    <message>
        <source>Drop a model here</source>
        <translation>Modell hier ablegen</translation>
    </message>
    <message>
        <source>A GGUF file. It is used where it is, and nothing leaves this computer.</source>
        <translation>Eine GGUF-Datei. Sie bleibt, wo sie ist, und nichts verlässt diesen Rechner.</translation>
    </message>
    <message>
        <source>Open…</source>
        <translation>Öffnen…</translation>
    </message>
    <message>
        <source>Open a model file</source>
        <translation>Modelldatei öffnen</translation>
    </message>
    <message>
        <source>The starter model: small, quick, and already here</source>
        <translation>Das Startmodell: klein, schnell und schon da</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Starten</translation>
    </message>
    <message>
        <source>Start with the starter model</source>
        <translation>Mit dem Startmodell starten</translation>
    </message>
    <message>
        <source>No model at hand? The script packaging/fetch-model.sh fetches the starter model (98 MB).</source>
        <translation>Kein Modell zur Hand? Das Skript packaging/fetch-model.sh holt das Startmodell (98&#xa0;MB).</translation>
    </message>
    <message>
        <source>ON THIS COMPUTER</source>
        <translation>AUF DIESEM RECHNER</translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <comment>name, size</comment>
        <translation>%1 · %2</translation>
    </message>
</context>
<context>
    <name>monochord::app::StatusLine</name>
    <message>
        <source>%1 tokens/s</source>
        <translation>%1&#xa0;Token/s</translation>
    </message>
    <message>
        <source>first token %1 s</source>
        <translation>erstes Token nach %1&#xa0;s</translation>
    </message>
    <message>
        <source>prompt %1 reused + %2</source>
        <comment>tokens</comment>
        <translation>Prompt %1 wiederverwendet + %2 neu</translation>
    </message>
    <message numerus="yes">
        <source>%n threads</source>
        <translation>
            <numerusform>%n&#xa0;Thread</numerusform>
            <numerusform>%n&#xa0;Threads</numerusform>
        </translation>
    </message>
    <message>
        <source>Prompt read</source>
        <translation>Gelesener Prompt</translation>
    </message>
    <message>
        <source>%1 · local, no network</source>
        <translation>%1 · lokal, ohne Netz</translation>
    </message>
    <message>
        <source>local, no network</source>
        <translation>lokal, ohne Netz</translation>
    </message>
    <message>
        <source>Reading the prompt: %1 of %2 tokens</source>
        <translation>Prompt wird gelesen: %1 von %2&#xa0;Token</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Zeigen</translation>
    </message>
</context>
<context>
    <name>monochord::app::StoreWriter</name>
    <message>
        <source>%1 (kept as %2)</source>
        <translation>%1; aufbewahrt als %2</translation>
    </message>
</context>
<context>
    <name>monochord::app::TemplateDialog</name>
    <message>
        <source>Chat template</source>
        <translation>Chat-Vorlage</translation>
    </message>
    <message>
        <source>This is how %1 is told who said what. It is a Jinja template; what you put in its place is kept for this model’s file.</source>
        <translation>So erfährt %1, wer was gesagt hat. Es ist eine Jinja-Vorlage; was an ihre Stelle gesetzt wird, gilt für die Datei dieses Modells.</translation>
    </message>
    <message>
        <source>What a short conversation becomes:</source>
        <translation>Was aus einem kurzen Gespräch wird:</translation>
    </message>
    <message>
        <source>Sample</source>
        <translation>Beispiel</translation>
    </message>
    <message>
        <source>Use the model’s own</source>
        <translation>Die des Modells verwenden</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Use this template</source>
        <translation>Diese Vorlage verwenden</translation>
    </message>
</context>
<context>
    <name>monochord::app::TokenCard</name>
    <message>
        <source>Other words</source>
        <translation>Andere Wörter</translation>
    </message>
    <message>
        <source>%1: %2, by the model alone %3</source>
        <comment>word, chance, chance</comment>
        <translation>%1: %2, vom Modell allein %3</translation>
    </message>
    <message>
        <source>%1, drawn</source>
        <translation>%1, gezogen</translation>
    </message>
    <message>
        <source>with settings</source>
        <translation>mit Reglern</translation>
    </message>
    <message>
        <source>model alone</source>
        <translation>Modell allein</translation>
    </message>
</context>
<context>
    <name>monochord::app::TypeList</name>
    <message>
        <source>no visible loss</source>
        <translation>ohne sichtbaren Verlust</translation>
    </message>
    <message>
        <source>hardly any loss</source>
        <translation>kaum Verlust</translation>
    </message>
    <message>
        <source>very small loss</source>
        <translation>sehr kleiner Verlust</translation>
    </message>
    <message>
        <source>small loss</source>
        <translation>kleiner Verlust</translation>
    </message>
    <message>
        <source>clear loss</source>
        <translation>merklicher Verlust</translation>
    </message>
    <message>
        <source>great loss, when nothing else fits</source>
        <translation>großer Verlust, wenn sonst nichts passt</translation>
    </message>
    <message>
        <source>Type of the weights</source>
        <translation>Typ der Gewichte</translation>
    </message>
    <message>
        <source>as published</source>
        <translation>wie veröffentlicht</translation>
    </message>
    <message>
        <source>%1 · recommended</source>
        <comment>quality</comment>
        <translation>%1 · empfohlen</translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <comment>share of the size, size</comment>
        <translation>%1 · %2</translation>
    </message>
    <message>
        <source>%1, %2, %3</source>
        <comment>type, quality, size</comment>
        <translation>%1, %2, %3</translation>
    </message>
</context>
<context>
    <name>monochord::app::WindowActions</name>
    <message>
        <source>Find in chat…</source>
        <translation>Im Chat suchen…</translation>
    </message>
    <message>
        <source>Find next</source>
        <translation>Weitersuchen</translation>
    </message>
    <message>
        <source>Find previous</source>
        <translation>Rückwärts weitersuchen</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>Neuer Chat</translation>
    </message>
    <message>
        <source>Open a model…</source>
        <translation>Modell öffnen…</translation>
    </message>
    <message>
        <source>Chats</source>
        <translation>Chats</translation>
    </message>
    <message>
        <source>Sampling</source>
        <translation>Sampling</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Stopp</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>Menu</source>
        <translation>Menü</translation>
    </message>
    <message>
        <source>Colours of the system</source>
        <translation>Farben des Systems</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>Larger text</source>
        <translation>Text vergrößern</translation>
    </message>
    <message>
        <source>Smaller text</source>
        <translation>Text verkleinern</translation>
    </message>
    <message>
        <source>Usual text size</source>
        <translation>Normale Textgröße</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Tasten</translation>
    </message>
    <message>
        <source>About Monochord</source>
        <translation>Über Monochord</translation>
    </message>
    <message>
        <source>Tell me when a reply has ended</source>
        <translation>Melden, wenn eine Antwort zu Ende ist</translation>
    </message>
    <message>
        <source>Export this chat…</source>
        <translation>Diesen Chat exportieren…</translation>
    </message>
    <message>
        <source>Export all chats…</source>
        <translation>Alle Chats exportieren…</translation>
    </message>
    <message>
        <source>Import chats…</source>
        <translation>Chats importieren…</translation>
    </message>
    <message>
        <source>Token inspector</source>
        <translation>Token ansehen</translation>
    </message>
    <message>
        <source>New folder</source>
        <translation>Neuer Ordner</translation>
    </message>
    <message>
        <source>Pin or unpin the chat</source>
        <translation>Chat anheften oder lösen</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Wiederholen</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>Chat template…</source>
        <translation>Chat-Vorlage…</translation>
    </message>
    <message>
        <source>About models</source>
        <translation>Über Modelle</translation>
    </message>
</context>
</TS>

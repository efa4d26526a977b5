#include "library/model_places.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <filesystem>

#include "support/window.h"

using namespace monochord::app;
using namespace monochord::test;

namespace {

const QString kDigest = QStringLiteral("0123456789abcdef").repeated(4);

void write(const QString& path, const QByteArray& bytes = QByteArrayLiteral("GGUF")) {
    QVERIFY(QDir().mkpath(QFileInfo(path).absolutePath()));
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(bytes);
}

QByteArray manifest(const QString& digest) {
    return QStringLiteral(R"({"schemaVersion": 2, "layers": [
        {"mediaType": "application/vnd.ollama.image.license", "digest": "sha256:%2"},
        {"mediaType": "application/vnd.ollama.image.model", "digest": "%1"}]})")
        .arg(digest, QStringLiteral("f").repeated(64))
        .toUtf8();
}

}  // namespace

/// The folders of each application as it lays them out, in a home of our own.
class TestModelPlaces final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void anEmptyHomeHasNoModels();
    void eachPlaceIsFound_data();
    void eachPlaceIsFound();
    void ollamaNamesItsModels_data();
    void ollamaNamesItsModels();
    void aManifestNamesNoFileElsewhere_data();
    void aManifestNamesNoFileElsewhere();
    void theCacheOfHuggingFaceIsLinks();
    void aFileIsThereOnce();
    void onlyTheFirstPartOfAModelCounts();
    void aLoopOfLinksEnds();

private:
    QString path(const QString& relative) const { return m_home->filePath(relative); }
    // Not those of an Ollama that this computer has.
    QList<ModelFile> found(const QStringList& chosen = {}) const {
        QList<ModelPlace> places = modelPlaces(chosen);
        places.removeIf([this](const ModelPlace& place) { return !place.folder.startsWith(m_home->path()); });
        return modelFilesIn(places).files;
    }

    std::unique_ptr<QTemporaryDir> m_home;
};

void TestModelPlaces::init() {
    m_home = std::make_unique<QTemporaryDir>();
    qputenv("HOME", m_home->path().toUtf8());
    for (const char* name : {"XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"}) qunsetenv(name);
}

void TestModelPlaces::anEmptyHomeHasNoModels() {
    QVERIFY(found().isEmpty());
}

void TestModelPlaces::eachPlaceIsFound_data() {
    QTest::addColumn<QString>("file");
    QTest::addColumn<Place>("place");
    QTest::newRow("ours") << QStringLiteral(".local/share/monochord/models/a.gguf") << Place::Own;
    QTest::newRow("LM Studio") << QStringLiteral(".lmstudio/models/owner/repository/a.gguf") << Place::LmStudio;
    QTest::newRow("LM Studio, before 0.3")
        << QStringLiteral(".cache/lm-studio/models/owner/repository/a.gguf") << Place::LmStudio;
    QTest::newRow("GPT4All") << QStringLiteral(".local/share/nomic.ai/GPT4All/a.gguf") << Place::Gpt4All;
    QTest::newRow("Downloads") << QStringLiteral("Downloads/A.GGUF") << Place::Downloads;
    QTest::newRow("chosen") << QStringLiteral("chosen/below/a.gguf") << Place::Chosen;
}

void TestModelPlaces::eachPlaceIsFound() {
    QFETCH(QString, file);
    QFETCH(Place, place);
    write(path(file));
    write(path(file + QStringLiteral(".part")));
    const QList<ModelFile> files = found({path(QStringLiteral("chosen"))});
    QCOMPARE(files.size(), 1);
    QCOMPARE(files.first().path, path(file));
    QCOMPARE(files.first().place, place);
    QCOMPARE(files.first().name, QString());
}

void TestModelPlaces::ollamaNamesItsModels_data() {
    QTest::addColumn<QString>("manifestPath");
    QTest::addColumn<QString>("name");
    QTest::newRow("library") << QStringLiteral("registry.ollama.ai/library/llama3.2/3b")
                             << QStringLiteral("llama3.2:3b");
    QTest::newRow("of a user") << QStringLiteral("registry.ollama.ai/someone/mine/latest")
                               << QStringLiteral("someone/mine:latest");
    QTest::newRow("elsewhere") << QStringLiteral("hf.co/owner/Small-GGUF/Q4_K_M")
                               << QStringLiteral("hf.co/owner/Small-GGUF:Q4_K_M");
}

void TestModelPlaces::ollamaNamesItsModels() {
    QFETCH(QString, manifestPath);
    QFETCH(QString, name);
    const QString blob = path(QStringLiteral(".ollama/models/blobs/sha256-") + kDigest);
    write(blob);
    write(path(QStringLiteral(".ollama/models/manifests/") + manifestPath),
          manifest(QStringLiteral("sha256:") + kDigest));
    const QList<ModelFile> files = found();
    QCOMPARE(files.size(), 1);
    QCOMPARE(files.first().path, blob);
    QCOMPARE(files.first().name, name);
    QCOMPARE(files.first().place, Place::Ollama);
}

void TestModelPlaces::aManifestNamesNoFileElsewhere_data() {
    QTest::addColumn<QByteArray>("content");
    QTest::newRow("a path") << manifest(QStringLiteral("sha256:../../../secret.gguf"));
    QTest::newRow("a missing blob") << manifest(QStringLiteral("sha256:") + QStringLiteral("0").repeated(64));
    QTest::newRow("not JSON") << QByteArray("{");
    QTest::newRow("a list") << QByteArray("[[[]]]");
    QTest::newRow("nothing") << QByteArray();
}

void TestModelPlaces::aManifestNamesNoFileElsewhere() {
    QFETCH(QByteArray, content);
    write(path(QStringLiteral("secret.gguf")));
    write(path(QStringLiteral(".ollama/models/manifests/registry.ollama.ai/library/odd/latest")), content);
    write(path(QStringLiteral(".ollama/models/manifests/stray")), content);
    QVERIFY(found().isEmpty());
}

void TestModelPlaces::theCacheOfHuggingFaceIsLinks() {
    const QString repository = path(QStringLiteral(".cache/huggingface/hub/models--owner--small"));
    write(repository + QStringLiteral("/blobs/") + kDigest);
    for (const char* snapshot : {"/snapshots/aaaa", "/snapshots/bbbb"}) {
        const QString folder = repository + QLatin1String(snapshot);
        QVERIFY(QDir().mkpath(folder));
        QVERIFY(QFile::link(QStringLiteral("../../blobs/") + kDigest, folder + QStringLiteral("/small.Q4_0.gguf")));
    }
    const QList<ModelFile> files = found();
    QCOMPARE(files.size(), 1);
    QVERIFY(files.first().path.endsWith(QLatin1String("/small.Q4_0.gguf")));
    QCOMPARE(files.first().place, Place::HuggingFace);
}

void TestModelPlaces::aFileIsThereOnce() {
    const QString own = path(QStringLiteral(".local/share/monochord/models/a.gguf"));
    write(own);
    write(path(QStringLiteral("Downloads/other.gguf")));  // as long, and another file
    QVERIFY(QFile::link(own, path(QStringLiteral("Downloads/link.gguf"))));
    std::filesystem::create_hard_link(own.toStdString(), path(QStringLiteral("Downloads/hard.gguf")).toStdString());
    const QList<ModelFile> files = found({path(QStringLiteral("Downloads"))});
    QCOMPARE(files.size(), 2);
    QCOMPARE(files[0].path, own);
    QCOMPARE(files[1].path, path(QStringLiteral("Downloads/other.gguf")));
    QCOMPARE(files[1].place, Place::Chosen);
}

void TestModelPlaces::onlyTheFirstPartOfAModelCounts() {
    for (const char* part : {"1", "2", "3"})
        write(path(QStringLiteral("Downloads/big-0000%1-of-00003.gguf").arg(QLatin1String(part))), part);
    QCOMPARE(found().size(), 1);
}

void TestModelPlaces::aLoopOfLinksEnds() {
    write(path(QStringLiteral("Downloads/a.gguf")));
    QVERIFY(QFile::link(path(QStringLiteral("Downloads")), path(QStringLiteral("Downloads/again"))));
    QVERIFY(QFile::link(path(QStringLiteral("Downloads/self.gguf")), path(QStringLiteral("Downloads/self.gguf"))));
    QCOMPARE(found().size(), 1);
}

QTEST_GUILESS_MAIN(TestModelPlaces)
#include "test_model_places.moc"

#include "core/settings.h"

#include <QCryptographicHash>
#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <algorithm>
#include <cmath>

namespace monochord::app {

namespace {

constexpr int kSmallestFontStep = -4, kLargestFontStep = 12;

float number(const QSettings& file, const QString& key, float least, float greatest, float otherwise) {
    bool ok = false;
    const float value = file.value(key).toString().toFloat(&ok);
    return ok && std::isfinite(value) && value >= least && value <= greatest ? value : otherwise;
}

int whole(const QSettings& file, const QString& key, int least, int greatest, int otherwise) {
    bool ok = false;
    const int value = file.value(key).toString().toInt(&ok);
    return ok && value >= least && value <= greatest ? value : otherwise;
}

bool flag(const QSettings& file, const QString& key, bool otherwise) {
    return file.value(key, otherwise).toBool();
}

/// A path itself would be a key with slashes, which are groups.
QString keyOf(const char* group, const QString& model) {
    const QByteArray hash = QCryptographicHash::hash(model.toUtf8(), QCryptographicHash::Sha256).toHex();
    return QLatin1String(group) + u'/' + QString::fromLatin1(hash);
}

/// Size and time of change: another one, another file.
QString stateOf(const QString& path) {
    const QFileInfo file(path);
    return QStringLiteral("%1 %2").arg(file.size()).arg(file.lastModified().toMSecsSinceEpoch());
}

KvType kvType(const QString& name) {
    for (const KvType type : {KvType::F32, KvType::Q8_0, KvType::Q4_0})
        if (kvTypeText(type) == name) return type;
    return KvType::F16;
}

// As text: QSettings would write a float as a double with its error.
QString text(float value) {
    return QString::number(value, 'g', 7);
}

}  // namespace

Settings::Settings(const QString& path) : m_file(path, QSettings::IniFormat) {}

GenerationSettings Settings::generation() const {
    const GenerationSettings defaults;
    GenerationSettings settings;
    SamplingSettings& s = settings.sampling;
    s.temperature = number(m_file, QStringLiteral("sampling/temperature"), 0, 2, s.temperature);
    s.topK = whole(m_file, QStringLiteral("sampling/topK"), 0, 200, s.topK);
    s.topP = number(m_file, QStringLiteral("sampling/topP"), 0, 1, s.topP);
    s.minP = number(m_file, QStringLiteral("sampling/minP"), 0, 1, s.minP);
    s.repeatPenalty = number(m_file, QStringLiteral("sampling/repeatPenalty"), 1, 1.5f, s.repeatPenalty);
    s.seed = m_file.value(QStringLiteral("sampling/seed")).toString().toULongLong();
    settings.randomSeed = flag(m_file, QStringLiteral("sampling/randomSeed"), defaults.randomSeed);
    settings.longestReply = static_cast<uint32_t>(
        whole(m_file, QStringLiteral("sampling/longestReply"), 0, 1 << 24, static_cast<int>(defaults.longestReply)));
    return settings;
}

void Settings::setGeneration(const GenerationSettings& settings) {
    const SamplingSettings& s = settings.sampling;
    m_file.setValue(QStringLiteral("sampling/temperature"), text(s.temperature));
    m_file.setValue(QStringLiteral("sampling/topK"), s.topK);
    m_file.setValue(QStringLiteral("sampling/topP"), text(s.topP));
    m_file.setValue(QStringLiteral("sampling/minP"), text(s.minP));
    m_file.setValue(QStringLiteral("sampling/repeatPenalty"), text(s.repeatPenalty));
    m_file.setValue(QStringLiteral("sampling/seed"), QString::number(s.seed));
    m_file.setValue(QStringLiteral("sampling/randomSeed"), settings.randomSeed);
    m_file.setValue(QStringLiteral("sampling/longestReply"), settings.longestReply);
}

QString Settings::modelPath() const {
    return m_file.value(QStringLiteral("model/path")).toString();
}
void Settings::setModelPath(const QString& path) {
    m_file.setValue(QStringLiteral("model/path"), path);
}

QString Settings::chatTemplate(const QString& model) const {
    return m_file.value(keyOf("templates", model)).toString();
}
void Settings::setChatTemplate(const QString& model, const QString& source) {
    if (source.isEmpty())
        m_file.remove(keyOf("templates", model));
    else
        m_file.setValue(keyOf("templates", model), source);
}

LoadSettings Settings::loadSettings(const QString& model) const {
    const QString key = keyOf("load", model);
    LoadSettings settings;
    settings.context = static_cast<quint32>(whole(m_file, key + QStringLiteral("/context"), 0, 1 << 30, 0));
    settings.keys = kvType(m_file.value(key + QStringLiteral("/keys")).toString());
    settings.values = kvType(m_file.value(key + QStringLiteral("/values")).toString());
    settings.threads = whole(m_file, key + QStringLiteral("/threads"), 0, 1024, 0);
    settings.isa = m_file.value(key + QStringLiteral("/isa")).toString();
    return settings;
}
void Settings::setLoadSettings(const QString& model, const LoadSettings& settings) {
    const QString key = keyOf("load", model);
    m_file.setValue(key + QStringLiteral("/context"), settings.context);
    m_file.setValue(key + QStringLiteral("/keys"), kvTypeText(settings.keys));
    m_file.setValue(key + QStringLiteral("/values"), kvTypeText(settings.values));
    m_file.setValue(key + QStringLiteral("/threads"), settings.threads);
    m_file.setValue(key + QStringLiteral("/isa"), settings.isa);
}

QStringList Settings::modelFolders() const {
    return m_file.value(QStringLiteral("library/folders")).toStringList();
}
void Settings::setModelFolders(const QStringList& folders) {
    m_file.setValue(QStringLiteral("library/folders"), folders);
}

QString Settings::inUsePath() const {
    return m_file.fileName() + QStringLiteral(".in-use");
}

QString Settings::modelInUse() const {
    QFile file(inUsePath());
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}
void Settings::setModelInUse(const QString& model) {
    QFile file(inUsePath());
    if (model.isEmpty())
        file.remove();
    else if (QDir().mkpath(QFileInfo(file).absolutePath()) && file.open(QIODevice::WriteOnly))
        file.write(model.toUtf8());
}

bool Settings::isChecked(const QString& model) const {
    return m_file.value(keyOf("checked", model)).toString() == stateOf(model);
}
void Settings::setChecked(const QString& model) {
    m_file.setValue(keyOf("checked", model), stateOf(model));
}

int Settings::crashes(const QString& model) const {
    return whole(m_file, keyOf("crashes", model), 0, 1 << 20, 0);
}
void Settings::setCrashes(const QString& model, int count) {
    if (count == crashes(model)) return;
    if (count == 0)
        m_file.remove(keyOf("crashes", model));
    else
        m_file.setValue(keyOf("crashes", model), count);
    m_file.sync();  // the next crash may be near
}

qint64 Settings::currentChat() const {
    return m_file.value(QStringLiteral("window/chat")).toLongLong();
}
void Settings::setCurrentChat(qint64 id) {
    m_file.setValue(QStringLiteral("window/chat"), id);
}

ThemeChoice Settings::theme() const {
    const QString name = m_file.value(QStringLiteral("window/theme")).toString();
    if (name == QLatin1String("light")) return ThemeChoice::Light;
    if (name == QLatin1String("dark")) return ThemeChoice::Dark;
    return ThemeChoice::System;
}
void Settings::setTheme(ThemeChoice choice) {
    const char* const names[] = {"system", "light", "dark"};
    m_file.setValue(QStringLiteral("window/theme"), QLatin1String(names[static_cast<int>(choice)]));
}

int Settings::fontStep() const {
    return whole(m_file, QStringLiteral("window/fontStep"), kSmallestFontStep, kLargestFontStep, 0);
}
void Settings::setFontStep(int step) {
    m_file.setValue(QStringLiteral("window/fontStep"), std::clamp(step, kSmallestFontStep, kLargestFontStep));
}

QByteArray Settings::windowGeometry() const {
    return m_file.value(QStringLiteral("window/geometry")).toByteArray();
}
void Settings::setWindowGeometry(const QByteArray& geometry) {
    m_file.setValue(QStringLiteral("window/geometry"), geometry);
}

bool Settings::sidebarShown() const {
    return flag(m_file, QStringLiteral("window/sidebar"), true);
}
void Settings::setSidebarShown(bool shown) {
    m_file.setValue(QStringLiteral("window/sidebar"), shown);
}

bool Settings::dockShown() const {
    return flag(m_file, QStringLiteral("window/dock"), true);
}
void Settings::setDockShown(bool shown) {
    m_file.setValue(QStringLiteral("window/dock"), shown);
}

bool Settings::inspectorShown() const {
    return flag(m_file, QStringLiteral("window/inspector"), false);
}
void Settings::setInspectorShown(bool shown) {
    m_file.setValue(QStringLiteral("window/inspector"), shown);
}

bool Settings::replyNotice() const {
    return flag(m_file, QStringLiteral("window/replyNotice"), true);
}
void Settings::setReplyNotice(bool wanted) {
    m_file.setValue(QStringLiteral("window/replyNotice"), wanted);
}

}  // namespace monochord::app

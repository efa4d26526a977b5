#include <fmt/format.h>

#include <array>
#include <chrono>

#include "template/format.h"

namespace monochord::jinja {

namespace {

constexpr std::array<std::string_view, 12> kMonths = {"January",   "February", "March",    "April",
                                                      "May",       "June",     "July",     "August",
                                                      "September", "October",  "November", "December"};
constexpr std::array<std::string_view, 7> kDays = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                   "Thursday", "Friday", "Saturday"};

struct Time {
    int year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0;
    int weekday = 0;  // 0: Sunday
    int yearDay = 1;
};

bool digitsAt(std::string_view text, size_t at, size_t count, int& number) {
    if (at + count > text.size()) return false;
    number = 0;
    for (size_t i = at; i < at + count; i++) {
        if (text[i] < '0' || text[i] > '9') return false;
        number = number * 10 + (text[i] - '0');
    }
    return true;
}

std::optional<Time> parseTime(std::string_view text) {
    Time time;
    const bool date = digitsAt(text, 0, 4, time.year) && text.size() >= 10 && text[4] == '-' &&
                      digitsAt(text, 5, 2, time.month) && text[7] == '-' && digitsAt(text, 8, 2, time.day);
    if (!date) return std::nullopt;
    if (text.size() > 10) {
        const bool clock = (text[10] == 'T' || text[10] == ' ') && digitsAt(text, 11, 2, time.hour) &&
                           text.size() >= 16 && text[13] == ':' && digitsAt(text, 14, 2, time.minute);
        if (!clock || (text.size() > 16 && text[16] == ':' && !digitsAt(text, 17, 2, time.second))) return std::nullopt;
    }
    const std::chrono::year_month_day calendar{std::chrono::year(time.year),
                                               std::chrono::month(static_cast<unsigned>(time.month)),
                                               std::chrono::day(static_cast<unsigned>(time.day))};
    if (!calendar.ok() || time.hour > 23 || time.minute > 59 || time.second > 60) return std::nullopt;
    const std::chrono::sys_days days = calendar;
    time.weekday = static_cast<int>(std::chrono::weekday(days).c_encoding());
    const std::chrono::sys_days newYear = std::chrono::year(time.year) / std::chrono::January / 1;
    time.yearDay = static_cast<int>((days - newYear).count()) + 1;
    return time;
}

/// The number and year of the ISO week.
std::pair<int, int> isoWeek(const Time& time) {
    const int weekday = (time.weekday + 6) % 7;  // 0: Monday
    const int week = (time.yearDay - 1 - weekday + 10) / 7;
    const auto weeksIn = [](int year) {
        const auto p = [](int y) { return (y + y / 4 - y / 100 + y / 400) % 7; };
        return p(year) == 4 || p(year - 1) == 3 ? 53 : 52;
    };
    if (week < 1) return {weeksIn(time.year - 1), time.year - 1};
    return week > weeksIn(time.year) ? std::pair(1, time.year + 1) : std::pair(week, time.year);
}

int hour12(const Time& time) {
    return time.hour % 12 == 0 ? 12 : time.hour % 12;
}

/// A conversion that is a number; `padding` is for where there is no flag.
struct NumberFormat {
    char directive;
    int width;
    char padding;
    int (*number)(const Time&);
};

constexpr NumberFormat kNumbers[] = {
    {'Y', 4, '0', [](const Time& t) { return t.year; }},
    {'G', 4, '0', [](const Time& t) { return isoWeek(t).second; }},
    {'C', 2, '0', [](const Time& t) { return t.year / 100; }},
    {'y', 2, '0', [](const Time& t) { return t.year % 100; }},
    {'g', 2, '0', [](const Time& t) { return isoWeek(t).second % 100; }},
    {'m', 2, '0', [](const Time& t) { return t.month; }},
    {'d', 2, '0', [](const Time& t) { return t.day; }},
    {'e', 2, ' ', [](const Time& t) { return t.day; }},
    {'H', 2, '0', [](const Time& t) { return t.hour; }},
    {'k', 2, ' ', [](const Time& t) { return t.hour; }},
    {'I', 2, '0', hour12},
    {'l', 2, ' ', hour12},
    {'M', 2, '0', [](const Time& t) { return t.minute; }},
    {'S', 2, '0', [](const Time& t) { return t.second; }},
    {'f', 6, '0', [](const Time&) { return 0; }},
    {'j', 3, '0', [](const Time& t) { return t.yearDay; }},
    {'U', 2, '0', [](const Time& t) { return (t.yearDay + 6 - t.weekday) / 7; }},
    {'W', 2, '0', [](const Time& t) { return (t.yearDay + 6 - (t.weekday + 6) % 7) / 7; }},
    {'V', 2, '0', [](const Time& t) { return isoWeek(t).first; }},
    {'u', 1, '0', [](const Time& t) { return t.weekday == 0 ? 7 : t.weekday; }},
    {'w', 1, '0', [](const Time& t) { return t.weekday; }},
};

std::optional<std::string> numberOf(const Time& time, char directive, char flag) {
    for (const NumberFormat& format : kNumbers) {
        if (format.directive != directive) continue;
        const int number = format.number(time), width = flag == '-' ? 1 : format.width;
        const bool blank = flag == '_' || (flag != '0' && format.padding == ' ');
        return blank ? fmt::format("{:{}}", number, width) : fmt::format("{:0{}}", number, width);
    }
    return std::nullopt;
}

/// The conversions that stand for others.
std::string_view expansion(char directive) {
    switch (directive) {
        case 'c':
            return "%a %b %e %H:%M:%S %Y";
        case 'D':
        case 'x':
            return "%m/%d/%y";
        case 'F':
            return "%Y-%m-%d";
        case 'R':
            return "%H:%M";
        case 'r':
            return "%I:%M:%S %p";
        case 'T':
        case 'X':
            return "%H:%M:%S";
        default:
            return {};
    }
}

void appendTime(std::string& out, std::string_view pattern, const Time& time) {
    for (size_t at = 0; at < pattern.size(); at++) {
        if (pattern[at] != '%' || at + 1 == pattern.size()) {
            out.push_back(pattern[at]);
            continue;
        }
        const size_t begin = at++;
        const bool flagged = std::string_view("-_0^#").find(pattern[at]) != std::string_view::npos;
        const char flag = flagged && at + 1 < pattern.size() ? pattern[at++] : '\0';
        const char directive = pattern[at];
        std::string text;
        if (const auto number = numberOf(time, directive, flag)) {
            text = *number;
        } else if (const auto other = expansion(directive); !other.empty()) {
            appendTime(text, other, time);  // expansions hold no expansions
        } else {
            const std::string_view month = kMonths[static_cast<size_t>(time.month - 1)];
            const std::string_view day = kDays[static_cast<size_t>(time.weekday)];
            switch (directive) {
                case 'B':
                    text = month;
                    break;
                case 'b':
                case 'h':
                    text = month.substr(0, 3);
                    break;
                case 'A':
                    text = day;
                    break;
                case 'a':
                    text = day.substr(0, 3);
                    break;
                case 'p':
                    text = time.hour < 12 ? "AM" : "PM";
                    break;
                case 'P':
                    text = time.hour < 12 ? "am" : "pm";
                    break;
                case 'n':
                    text = "\n";
                    break;
                case 't':
                    text = "\t";
                    break;
                case '%':
                    text = "%";
                    break;
                case 'z':
                case 'Z':
                    break;  // a local time without a zone
                default:
                    text = pattern.substr(begin, at - begin + 1);
            }
        }
        if (flag == '^')
            for (char& c : text)
                if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
        out += text;
    }
}

}  // namespace

std::optional<std::string> formatTime(std::string_view pattern, std::string_view time) {
    const auto parsed = parseTime(time);
    if (!parsed) return std::nullopt;
    std::string out;
    appendTime(out, pattern, *parsed);
    return out;
}

}  // namespace monochord::jinja
